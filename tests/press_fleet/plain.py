"""The pipeline once more, row by row in plain Python: slow, obvious, and sharing no code with the product."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def day(text: str) -> date:
    """Read an ISO date."""
    return date.fromisoformat(text)


class Plain:
    """Everything the page says about one office's week, worked out one triple at a time."""

    def __init__(
        self,
        tables: Tables,
        week_start: str,
        *,
        cooldown: int = 30,
        loan_days: int = 7,
        per_day: int | None = 1,
    ) -> None:
        """Take the tables as rows of dicts."""
        self.tables = tables
        self.monday = day(week_start)
        self.days = [self.monday + timedelta(days=at) for at in range(5)]
        self.cooldown = cooldown
        self.loan_days = loan_days
        self.per_day = per_day
        self.vehicles = {row["vin"]: row for row in tables["vehicles"]}
        self.past = [self._loan(row, live=False) for row in tables.get("activity", [])]
        self.live = [self._loan(row, live=True) for row in tables.get("loans", [])]
        same = {(loan["who"], loan["vin"], loan["start"]) for loan in self.live}
        self.past = [loan for loan in self.past if (loan["who"], loan["vin"], loan["start"]) not in same]

    def _loan(self, row: dict[str, Any], *, live: bool) -> dict[str, Any]:
        start = day(row["start_date"])
        end = day(row["end_date"]) if row.get("end_date") else None
        runs = end or (start + timedelta(days=self.loan_days - 1) if live else start)
        vehicle = self.vehicles[row["vin"]]
        return {
            "who": row["partner_id"],
            "vin": row["vin"],
            "make": vehicle["make"],
            "model": vehicle["model"],
            "start": start,
            "end": end or start,
            "runs": runs,
        }

    def cooldown_of(self, make: str) -> int:
        """Days to wait for a make."""
        for row in self.tables.get("rules", []):
            if row["make"] == make and row.get("cooldown_days", "") != "":
                return int(row["cooldown_days"])
        return self.cooldown

    def cap_of(self, make: str, rank: str) -> int | None:
        """Loans a year of a make at a rank."""
        rank = rank or "C"
        for wanted in (rank, ""):
            for row in self.tables.get("rules", []):
                if row["make"] == make and row.get("rank", "") == wanted and row.get("cap", "") != "":
                    return int(row["cap"])
        return {"A+": None, "A": 100, "B": 50}.get(rank, 10)

    def free(self, vin: str, start: date) -> bool:
        """Whether the vehicle is free on every day of a loan."""
        for step in range(self.loan_days):
            when = start + timedelta(days=step)
            rows = [
                row["available"]
                for row in self.tables["availability"]
                if row["vin"] == vin and day(row["start_date"]) <= when <= day(row["end_date"])
            ]
            if not rows or "no" in rows:
                return False
            if any(loan["vin"] == vin and loan["start"] <= when <= loan["runs"] for loan in self.live):
                return False
        return True

    def cooled(self, who: str, make: str, model: str, start: date) -> bool:
        """Whether the partner has waited long enough."""
        days = self.cooldown_of(make)
        mine = [loan for loan in self.past + self.live if loan["who"] == who and loan["make"] == make]
        same_model = [loan for loan in mine if loan["model"] == model]
        for loan in same_model or mine:
            if days and (start < loan["end"] + timedelta(days=days) or start <= loan["runs"]):
                return False
        return True

    def idle(self, who: str, when: date) -> int:
        """Starts the partner can still take that day."""
        if self.per_day is None:
            return 2**62
        running: int = sum(loan["who"] == who and loan["start"] <= when <= loan["runs"] for loan in self.live)
        left: int = self.per_day - running
        return max(0, left)

    def triples(self) -> dict[tuple[str, str, str], int]:
        """Every (vin, partner, day) the hard rules allow, with its score."""
        out = {}
        for vin, vehicle in self.vehicles.items():
            for row in self.tables["approvals"]:
                if row["make"] != vehicle["make"]:
                    continue
                partner = next(
                    one for one in self.tables["partners"] if one["partner_id"] == row["partner_id"]
                )
                allowed = partner.get("days", "").split()
                if self.cap_of(vehicle["make"], row["rank"]) == 0:
                    continue
                for start in self.days:
                    if (
                        self.free(vin, start)
                        and (not allowed or WEEKDAYS[start.weekday()] in allowed)
                        and self.idle(row["partner_id"], start)
                        and self.cooled(row["partner_id"], vehicle["make"], vehicle["model"], start)
                    ):
                        out[vin, row["partner_id"], start.isoformat()] = self.score(row, partner)
        return out

    def score(self, approval: dict[str, Any], partner: dict[str, Any]) -> int:
        """Points of a loan."""
        had = any(
            loan["who"] == partner["partner_id"] and loan["make"] == approval["make"]
            for loan in self.past + self.live
        )
        rank = {"A+": 1000, "A": 700, "B": 400, "C": 100}.get(approval["rank"], 50)
        return round(
            float(rank)
            + 100 * float(partner["closeness"])
            + 150 * float(partner["publication_rate"])
            + 50 * had
        )

    def slots(self) -> list[int]:
        """Starts left a day."""
        out = []
        for when in self.days:
            rows = [row for row in self.tables.get("capacity", []) if day(row["date"]) == when]
            slots = int(rows[0]["slots"]) if rows else 15
            out.append(max(0, slots - sum(loan["start"] == when for loan in self.live)))
        return out

    def slack(self, who: str, make: str, rank: str) -> int | None:
        """Loans of a make free of the cap's penalty."""
        cap = self.cap_of(make, rank)
        if cap is None:
            return None
        since = self.monday.replace(year=self.monday.year - 1)
        used = Counter(
            (loan["who"], loan["make"])
            for loan in self.past + self.live
            if since <= loan["end"] < self.monday
        )
        return max(0, cap - used[who, make])
