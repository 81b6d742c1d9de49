"""Replies that never change: who the modem is and what it can be asked.

All numbers are of test ranges: IMEI with test TAC 00-1, IMSI of the test network 001-01.

Does not simulate: anything by itself.
"""

from __future__ import annotations

IMEI = "001017003456784"
IMSI = "001010123456789"

FIXED_REPLIES: dict[str, tuple[str, ...]] = {
    "I": ("Contoh", "CM-4G", "Revision: CM4G01A02"),
    "+CGMI": ("Contoh",),
    "+GMI": ("Contoh",),
    "+CGMI=?": (),
    "+CGMM": ("CM-4G",),
    "+GMM": ("CM-4G",),
    "+CGMM=?": (),
    "+CGMR": ("CM4G01A02",),
    "+GMR": ("CM4G01A02",),
    "+CGMR=?": (),
    "+CGSN": (IMEI,),
    "+GSN": (IMEI,),
    "+CGSN=?": (),
    "+CIMI": (IMSI,),
    "+CIMI=?": (),
    "+CCID": ("+CCID: 8999900000000000001",),
    "+GCAP": ("+GCAP: +CGSM",),
    "+CFUN?": ("+CFUN: 1",),
    "+CFUN=1": (),
    "+CSCS=?": ('+CSCS: ("GSM","IRA","UCS2")',),
    "+CSCS?": ('+CSCS: "GSM"',),
    '+CSCS="GSM"': (),
    '+CSCS="UCS2"': (),
    '+CSCS="IRA"': (),
    "+CHUP=?": (),
    "+CHUP": (),
    "+CREG=?": ("+CREG: (0-2)",),
    "+CGREG=?": ("+CGREG: (0-2)",),
    "+CEREG=?": ("+CEREG: (0-2)",),
    "+CGDCONT=?": ('+CGDCONT: (1-16),"IP",,,(0-2),(0-4)',),
    "+CRSM=176,12258,0,0,10": ('+CRSM: 144,0,"98999900000000000010"',),
    "+CSQ=?": ("+CSQ: (0-31,99),(0-7,99)",),
    "+COPS=3,0": (),
    "+COPS=3,2": (),
    "+CBC": ("+CBC: 0,98,4012",),
}
