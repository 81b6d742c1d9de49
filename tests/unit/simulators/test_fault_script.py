"""Scripted faults strike once, at the operation they name."""

import pytest

from simulators.faults import Fault, FaultScript, parse_fault, parse_script


def test_a_fault_strikes_the_named_operation_of_the_named_device_once() -> None:
    script = parse_script("# a school day\n\nfingerprint capture 2 unplug seconds=0.5\n")
    assert script.take("fingerprint", "capture") is None
    assert script.take("iris", "capture") is None
    struck = script.take("fingerprint", "capture")
    assert struck == Fault("fingerprint", "capture", 2, "unplug", {"seconds": "0.5"})
    assert struck.number("seconds", 9.0) == 0.5
    assert script.take("fingerprint", "capture") is None
    assert script.struck() == (struck,)
    assert script.waiting() == ()


def test_a_fault_added_later_counts_from_then_on() -> None:
    script = FaultScript()
    script.take("printer", "print_card")
    script.add(parse_fault("printer print_card 1 jam"))
    struck = script.take("printer", "print_card")
    assert struck is not None
    assert struck.action == "jam"


@pytest.mark.parametrize("line", ["printer jam", "printer print_card x jam", "a b 1 c d"])
def test_a_line_that_is_no_fault_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_fault(line)
