"""A believable restaurant: twenty people, six groups, backups, limits and wishes."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

NAME: Final = "割烹みなと Kappo Minato"
TIME_ZONE: Final = "Asia/Tokyo"

Values = Mapping[str, object]

PAYLOAD_FIELDS: Final = {
    "createRestaurant": "restaurant",
    "createStaffMember": "staffMember",
    "createStaffGroup": "group",
    "createBackupAssignment": "backupAssignment",
    "createWorkLimit": "workLimit",
    "createPriorityRule": "priorityRule",
    "createCalendarRule": "calendarRule",
    "requestDayOff": "dayOffRequest",
    "createSchedule": "schedule",
    "generateSchedule": "run",
}


def _person(name: str, employment_type: str, position: str) -> Values:
    return {
        "name": name,
        "employmentType": employment_type,
        "position": position,
        "employedFrom": "2024-04-01",
    }


STAFF: Final[Mapping[str, Values]] = {
    "sato": _person("佐藤 Sato", "REGULAR", "料理長 head chef"),
    "suzuki": _person("鈴木 Suzuki", "REGULAR", "板前 cook"),
    "takahashi": _person("高橋 Takahashi", "REGULAR", "板前 cook"),
    "tanaka": _person("田中 Tanaka", "REGULAR", "焼き方 grill"),
    "ito": _person("伊藤 Ito", "REGULAR", "焼き方 grill"),
    "watanabe": _person("渡辺 Watanabe", "REGULAR", "煮方 simmering"),
    "yamamoto": _person("山本 Yamamoto", "REGULAR", "煮方 simmering"),
    "nakamura": _person("中村 Nakamura", "REGULAR", "仲居 floor"),
    "kobayashi": _person("小林 Kobayashi", "REGULAR", "仲居 floor"),
    "kato": _person("加藤 Kato", "REGULAR", "仲居 floor"),
    "yoshida": _person("吉田 Yoshida", "REGULAR", "帳場 front desk"),
    "yamada": _person("山田 Yamada", "REGULAR", "帳場 front desk"),
    "sasaki": _person("佐々木 Sasaki", "TEMPORARY", "洗い場 scullery"),
    "matsumoto": _person("松本 Matsumoto", "TEMPORARY", "洗い場 scullery"),
    "nakata": _person("中田 Nakata", "PART_TIME", "調理補助 kitchen help"),
    "inoue": _person("井上 Inoue", "PART_TIME", "調理補助 kitchen help"),
    "kimura": _person("木村 Kimura", "PART_TIME", "ホール floor help"),
    "hayashi": _person("林 Hayashi", "PART_TIME", "ホール floor help"),
    "shimizu": _person("清水 Shimizu", "PART_TIME", "帳場補助 desk help"),
    "mori": _person("森 Mori", "PART_TIME", "何でも屋 all hands"),
}


def _group(name: str, color: str, criticality: int, mode: str = "REQUIRED") -> Values:
    return {"name": name, "color": color, "criticality": criticality, "coverageMode": mode}


GROUPS: Final[Mapping[str, tuple[Values, tuple[str, ...]]]] = {
    "kitchen": (
        _group("キッチングループ Kitchen", "#c0392b", 5),
        ("sato", "suzuki", "takahashi"),
    ),
    "grill": (_group("焼き場 Grill", "#d35400", 4), ("tanaka", "ito")),
    "simmer": (_group("煮方 Simmering", "#8e44ad", 3), ("watanabe", "yamamoto")),
    "floor": (_group("ホール Floor", "#2980b9", 4), ("nakamura", "kobayashi", "kato")),
    "desk": (_group("帳場 Front desk", "#16a085", 3), ("yoshida", "yamada")),
    "scullery": (_group("洗い場 Scullery", "#7f8c8d", 2, "DESIRED"), ("sasaki", "matsumoto")),
}

BACKUPS: Final[tuple[tuple[str, str, Values], ...]] = (
    ("nakata", "kitchen", {"notes": "三年目、包丁も任せられる Third year, trusted with the knife"}),
    ("inoue", "kitchen", {}),
    ("mori", "kitchen", {}),
    ("inoue", "grill", {}),
    ("mori", "grill", {}),
    ("nakata", "simmer", {}),
    ("mori", "simmer", {}),
    ("kimura", "floor", {}),
    ("hayashi", "floor", {}),
    ("shimizu", "floor", {}),
    ("shimizu", "desk", {}),
    ("hayashi", "desk", {}),
    ("mori", "scullery", {}),
)

WORK_LIMITS: Final[tuple[Values, ...]] = (
    {
        "name": "月の休み 8 to 10 days of rest a period",
        "window": "PERIOD",
        "shiftTypes": ["off", "early", "designated_off"],
        "minimum": 8,
        "maximum": 10,
        "scope": "EMPLOYMENT_TYPE",
        "targets": ["REGULAR"],
        "level": "SOFT",
        "weight": 20,
    },
    {
        "name": "一日の休みは七人まで At most 7 people off a day",
        "window": "DAY",
        "shiftTypes": ["off", "designated_off"],
        "maximum": 7,
        "scope": "ALL",
        "level": "SOFT",
        "weight": 10,
    },
)

PRIORITY_RULES: Final[tuple[tuple[str, Values], ...]] = (
    (
        "sato",
        {
            "name": "早番の土曜 Early on Saturdays",
            "shiftType": "early",
            "weekdays": ["SATURDAY"],
            "direction": "PREFER",
            "level": "SOFT",
            "weight": 15,
        },
    ),
    (
        "nakamura",
        {
            "name": "金曜の遅番 Late on Fridays",
            "shiftType": "late",
            "weekdays": ["FRIDAY"],
            "direction": "PREFER",
            "level": "SOFT",
            "weight": 10,
        },
    ),
    (
        "kato",
        {
            "name": "日曜は休まない No Sunday off",
            "shiftType": "off",
            "weekdays": ["SUNDAY"],
            "direction": "AVOID",
            "level": "SOFT",
            "weight": 10,
        },
    ),
)

REQUESTS: Final[tuple[tuple[str, int, str], ...]] = (
    ("sato", 14, "通院 Doctor"),
    ("tanaka", 9, "結婚式 Wedding"),
    ("kimura", 19, "試験 Exam"),
    ("yoshida", 5, "家族の用事 Family"),
    ("nakata", 22, "引っ越し Moving house"),
)


def calendar_rules(month: date) -> tuple[tuple[date, str, str], ...]:
    """The house closes on the second Tuesday; everybody comes on the last Saturday."""
    first_tuesday = month + timedelta(days=(1 - month.weekday()) % 7)
    next_month = (month + timedelta(days=32)).replace(day=1)
    last_saturday = next_month - timedelta(days=(next_month.weekday() - 5 - 1) % 7 + 1)
    return (
        (first_tuesday + timedelta(days=7), "CLOSED", "定休日 Closed"),
        (last_saturday, "MUST_WORK", "宴会 Banquet"),
    )
