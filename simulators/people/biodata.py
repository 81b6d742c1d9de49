"""Invents biodata that satisfy the rules of the field; every name is made of plain words and no real person's.

Does not simulate: family ties, moves between regencies, or corrections of a record.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from station.domain.person import (
    BLOOD_TYPES,
    RELIGIONS,
    Biodata,
    Citizenship,
    MaritalStatus,
    Sex,
    birthday_in_year,
)

HOME_REGENCY, OTHER_REGENCY = "63.11", "63.08"
_FIRST_MEN = ("Bintang", "Samudra", "Langit", "Guntur", "Rimba", "Jati", "Topan", "Elang", "Garuda", "Surya")
_FIRST_WOMEN = ("Melati", "Mawar", "Kenanga", "Intan", "Mutiara", "Anggrek", "Cempaka", "Purnama", "Embun", "Pelangi")
_MIDDLE = ("Contoh", "Uji", "Coba", "Peraga", "Latihan", "Rekaan", "Misal", "Simulasi")
_LAST = ("Sungai", "Bukit", "Telaga", "Padang", "Rawa", "Lembah", "Muara", "Danau", "Hulu", "Tanjung", "Pulau", "Kebun")
_DISTRICTS = ("Juai", "Halong", "Awayan", "Batu Mandi", "Lampihong", "Paringin", "Paringin Selatan", "Tebing Tinggi")
_VILLAGES = ("Desa Contoh Satu", "Desa Contoh Dua", "Desa Contoh Tiga", "Desa Contoh Empat", "Desa Contoh Lima")


def make_biodata(
    random: np.random.Generator, index: int, birth_date: date, *, domicile: str = HOME_REGENCY, married: bool = False
) -> Biodata:
    """Return biodata of a fictional person; `index` keeps NIKs of one world apart."""
    sex = Sex.MALE if random.random() < 0.5 else Sex.FEMALE
    district = int(random.integers(len(_DISTRICTS)))
    first = str(random.choice(_FIRST_MEN if sex is Sex.MALE else _FIRST_WOMEN))
    name = f"{first} {random.choice(_MIDDLE)} {random.choice(_LAST)}".upper()
    home = domicile == HOME_REGENCY
    return Biodata(
        nik=make_nik(birth_date, sex, index, region=f"{domicile.replace('.', '')}{district + 1:02d}"),
        name=name,
        birth_place="BALANGAN" if home else "HULU SUNGAI UTARA",
        birth_date=birth_date,
        sex=sex,
        blood_type=str(random.choice(BLOOD_TYPES)),
        address=f"JALAN CONTOH NOMOR {int(random.integers(1, 200))}",
        neighbourhood=f"{int(random.integers(1, 12)):03d}/{int(random.integers(1, 6)):03d}",
        village=str(random.choice(_VILLAGES)).upper(),
        district=_DISTRICTS[district].upper() if home else "KECAMATAN CONTOH",
        regency="BALANGAN" if home else "HULU SUNGAI UTARA",
        province="KALIMANTAN SELATAN",
        domicile=domicile,
        religion=str(random.choice(RELIGIONS, p=(0.88, 0.03, 0.03, 0.02, 0.02, 0.01, 0.01))),
        marital_status=MaritalStatus.MARRIED if married else MaritalStatus.SINGLE,
        occupation="PELAJAR/MAHASISWA",
        citizenship=Citizenship.INDONESIAN,
        family_card_no=f"{domicile.replace('.', '')}{district + 1:02d}{int(random.integers(1, 29)):02d}"
        f"{int(random.integers(1, 13)):02d}{int(random.integers(10, 24)):02d}{index % 9998 + 1:04d}",
    )


def make_nik(birth_date: date, sex: Sex, index: int, region: str) -> str:
    """Return a NIK by the rules: six digits region, day (women plus 40), month, year, serial never 0000."""
    day = birth_date.day + (40 if sex is Sex.FEMALE else 0)
    return f"{region}{day:02d}{birth_date.month:02d}{birth_date.year % 100:02d}{index % 9998 + 1:04d}"


def birth_date_for_age(random: np.random.Generator, age: int, day: date) -> date:
    """Return a birth date on which someone is `age` completed years old on `day`."""
    latest = birthday_in_year(day, -age)
    return latest - timedelta(days=int(random.integers(0, 364)))
