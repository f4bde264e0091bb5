"""The tables of the review store.

Four layers, every table keyed by `authority` first:

* bookkeeping: `loads`, `load_files`, `refused_rows`, `findings`, `authorities`;
* what sources said: one table per kind of `records.py`, and the statutory return's own rows
  (`ssda903_*`), each row with the file and line it came from. `speaks` is false where a
  higher-ranking source speaks for that child (`formats.md`, opening);
* what people recorded here: `entries`, which no load touches (`entries.py`);
* what follows from it, derived anew at each load by `metrics`: `duties`, `spans`, `bookings`,
  `escalation_facts`, `audit_facts`. (The cube's columns follow the catalogue of measures, so its table
  lives in `metrics/counting/cube.py`.)

Migrations: `migrations/`, made with `alembic revision --autogenerate`; a test holds that they
lead to exactly these tables.
"""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

from pydantic.fields import FieldInfo
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from data_access.rows.records import RECORDS, Record
from data_access.sources.ssda903.records import RETURN_RECORDS, ReturnRecord

NO_END = date(9999, 12, 31)
"""`spans.until_on` where the span goes on: an exclusive end after every day."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

authorities = Table(
    "authorities",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("as_at", Date, nullable=False, comment="the latest load's as-at date: this store's today"),
    Column(
        "version", Integer, nullable=False, comment="the latest load that changed anything: caches key on it"
    ),
    Column("reviews_from", Date, comment="first day the reviews cover, where --reviews-from said so"),
    Column("rules_digest", String(64), comment="of the rules its duties, facts and cube were made by"),
)

loads = Table(
    "loads",
    metadata,
    Column("load_id", Integer, primary_key=True, autoincrement=True),
    Column("authority", String(64), nullable=False),
    Column("loaded_at", DateTime, nullable=False, comment="UTC"),
    Column("as_at", Date, nullable=False),
    Column("forced", Boolean, nullable=False),
    Index(None, "authority"),
)

load_files = Table(
    "load_files",
    metadata,
    Column("file_id", Integer, primary_key=True, autoincrement=True),
    Column("load_id", Integer, ForeignKey("loads.load_id"), nullable=False),
    Column("authority", String(64), nullable=False),
    Column("source", String(64), nullable=False, comment="extract, ssda903-2025-26, ... or --source"),
    Column("format", String(16), nullable=False, comment="extract or ssda903: what the rank goes by"),
    Column("kind", String(32), nullable=False),
    Column("name", Text, nullable=False, comment="file name, with the sheet or zip member after ' > '"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the content"),
    Column("rows_read", Integer, nullable=False),
    Column("rows_stored", Integer, nullable=False),
    Column("rows_unchanged", Integer, nullable=False),
    Column("rows_refused", Integer, nullable=False),
    Column(
        "reviews_from", Date, comment="first day this file's reviews cover, where its format says so (903)"
    ),
    Column(
        "current", Boolean, nullable=False, comment="false once a newer file of kind and source replaced it"
    ),
    Index(None, "authority", "current"),
)

refused_rows = Table(
    "refused_rows",
    metadata,
    Column("refused_id", Integer, primary_key=True, autoincrement=True),
    Column("authority", String(64), nullable=False),
    Column("file_id", Integer, ForeignKey("load_files.file_id"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("column_name", String(64)),
    Column("rule", String(16), nullable=False, comment="REFUSED, or the DfE check that refused it (166)"),
    Column("child_id", String(64)),
    Column("reason", Text, nullable=False, comment="what is wrong and what to do; never an identifier"),
    Index(None, "authority", "file_id"),
)

findings = Table(
    "findings",
    metadata,
    Column("finding_id", Integer, primary_key=True, autoincrement=True),
    Column("authority", String(64), nullable=False),
    Column("rule", String(16), nullable=False),
    Column("severity", String(16), nullable=False, comment="error, warning or information"),
    Column("file_id", Integer, ForeignKey("load_files.file_id")),
    Column("line", Integer),
    Column("child_id", String(64)),
    Column("message", Text, nullable=False, comment="what is odd and what to do; never an identifier"),
    Index(None, "authority", "rule"),
)


def _sql_type(field: FieldInfo) -> TypeEngine[Any]:
    """The column type for a record's field: its plain Python type says which."""
    plain = {arg for arg in (get_args(field.annotation) or (field.annotation,)) if arg is not type(None)}
    plain = {get_args(arg)[0] if get_args(arg) else arg for arg in plain}
    (python,) = plain
    types: dict[object, TypeEngine[Any]] = {
        date: Date(),
        bool: Boolean(),
        float: Float(),
        int: Integer(),
        str: Text(),
    }
    return types[python]


def _provenance() -> list[Column[object]]:
    return [
        Column("authority", String(64), primary_key=True),
        Column("file_id", Integer, primary_key=True, autoincrement=False),
        Column("line", Integer, primary_key=True, autoincrement=False),
        Column("speaks", Boolean, nullable=False),
    ]


_INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    # Every load gathers who took part in each review: read off the index alone, in half the time.
    "review_people": (("authority", "review_id", "speaks", "person", "involvement"),),
    "monitoring": (("authority", "review_id"),),
    "reviews": (("authority", "child_id", "held_on"), ("authority", "review_id")),
    "activities": (
        # One only: most of a load is activities, and half of that their indexes. An authority's rows lie
        # together, so that a period's are read in one pass over them.
        ("authority", "child_id", "activity_kind", "done_on"),
    ),
}


def _kind_table(record: type[Record]) -> Table:
    columns = [
        Column(name, _sql_type(field), nullable=name not in record.key)
        for name, field in record.model_fields.items()
    ]
    indexed = _INDEXES.get(record.kind, (("authority", record.key[0]),))
    return Table(
        record.kind,
        metadata,
        *_provenance(),
        *columns,
        *(Index(None, *names) for names in indexed),
        sqlite_with_rowid=False,
    )


KIND_TABLES: dict[str, Table] = {record.kind: _kind_table(record) for record in RECORDS}
"""What the sources said, per kind. Read only rows with `speaks`."""


def _return_table(record: type[ReturnRecord]) -> Table:
    return Table(
        record.kind,
        metadata,
        *[column for column in _provenance() if column.name != "speaks"],
        Column(
            "collection_year", Integer, nullable=False, comment="the year in which it ends: 2026 for 2025-26"
        ),
        *(
            Column(name, _sql_type(field), nullable=name != "child")
            for name, field in record.model_fields.items()
        ),
        sqlite_with_rowid=False,
    )


RETURN_TABLES: dict[str, Table] = {record.kind: _return_table(record) for record in RETURN_RECORDS}
"""What the product needs of the statutory return, table by table, so that years merge at any load."""

entries = Table(
    "entries",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("entry_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("child_id", Text),
    Column("iro_id", Text, comment="of what is about an IRO's practice: whose"),
    Column("part_of", String(32), comment="the entry it belongs to: an action agreed in a supervision"),
    Column("entry_kind", String(16), nullable=False),
    Column("about_on", Date, nullable=False, comment="the duty in force that day, or the day itself"),
    Column("code", String(64)),
    Column("said", Text),
    Column("who", Text, comment="the owner of an action; who agreed"),
    Column("due_on", Date),
    Column("happened_on", Date, comment="when it was agreed; when the change happened"),
    Column("told_on", Date, comment="the day the IRO was told of a significant change"),
    Column("retrospective", Boolean, nullable=False),
    Column("prevails", Boolean, nullable=False, comment="settled: it counts, not what an extract says"),
    Column("is_open", Boolean, nullable=False),
    Column(
        "answers",
        JSON,
        nullable=False,
        server_default="[]",
        comment="a form as it was filled in: [[question, answer], ...]",
    ),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime, nullable=False, comment="UTC"),
    Column("recorded_on", Date, nullable=False, comment="the council's day: shown as at any day from it on"),
    Index(None, "authority", "child_id"),
)
"""What people recorded here about a child, an IRO's practice or the service: a row per version, none ever
changed or deleted."""

duties = Table(
    "duties",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("duty_id", Integer, primary_key=True, autoincrement=False),
    # the duty
    Column("child_id", Text, nullable=False),
    Column("date_of_birth", Date),
    Column("period_started_on", Date, nullable=False),
    Column("start_known", Boolean, nullable=False),
    Column("notified_on", Date),
    Column(
        "number", Integer, nullable=False, comment="1 for the first duty of the period of care, and so on"
    ),
    Column("regime", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("due_on", Date),
    Column("closes_on", Date),
    Column("closed_by", String(16), comment="review, ceased or schedule; empty while open"),
    Column("held_on", Date, comment="the day of the review that closed it, otherwise empty"),
    Column("settled_on", Date, comment="the earlier of due and closed: who is answerable is fixed from then"),
    Column("iro_id", Text, comment="allocated on settled_on"),
    Column("team_id", Text, comment="allocated on settled_on"),
    # the review that closed it
    Column("review_id", Text),
    Column("chaired_by", Text),
    Column("completed_on", Date),
    Column("mode", Text),
    Column("participation_code", Text),
    Column("non_attendance_reason", Text),
    Column("late_reason", Text),
    Column("late_agreed_by", Text),
    Column("late_agreed_on", Date),
    Column("child_paper_returned", Boolean, comment="empty where this source never fills the column"),
    Column("parent_paper_returned", Boolean),
    Column("carer_paper_returned", Boolean),
    Column("people_recorded", Boolean, comment="the review has rows in review_people"),
    Column("mother_applicable", Boolean),
    Column("mother_involved", Boolean),
    Column("father_applicable", Boolean),
    Column("father_involved", Boolean),
    Column("other_family_applicable", Boolean),
    Column("other_family_involved", Boolean),
    # the steps around it: the day each was done, and how many working days from the review
    Column("invitations_sent_on", Date),
    Column(
        "invitations_days_before", Integer, comment="working days from that day to the day before held_on"
    ),
    Column("report_received_on", Date),
    Column("report_days_before", Integer),
    Column("care_plan_updated_on", Date),
    Column("care_plan_days_before", Integer),
    Column("social_worker_visit_on", Date),
    Column("social_worker_visit_days_before", Integer),
    Column("child_seen", Boolean, comment="the IRO saw or spoke with the child between opens_on and held_on"),
    Column("decisions_sent_on", Date),
    Column("decisions_working_day", Integer, comment="the working day after the review by which it was done"),
    Column("record_sent_on", Date),
    Column("record_working_day", Integer),
    Column("letter_sent_on", Date),
    Column("letter_working_day", Integer),
    Column("monitoring_sent_on", Date),
    Column(
        "after_ordinal", Integer, comment="working days from 1900 up to completed_on, or held_on without it"
    ),
    # the start of care, on the first duty of each period
    Column("notified_working_day", Integer),
    Column("first_iro_on", Date),
    Column("first_iro_working_day", Integer),
    Column("start_ordinal", Integer, comment="working days from 1900 up to period_started_on"),
    Index(None, "authority", "child_id", "opens_on"),
    Index(None, "authority", "held_on"),
    Index(None, "authority", "due_on"),
    # With row ids, unlike the others: rows this wide go in half as fast without, and are found slower.
)
"""One row per duty to review (`design.md`, idea 1), with what is counted about the review that closed it."""

spans = Table(
    "spans",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("child_id", Text, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date, nullable=False, comment="exclusive; 9999-12-31 while it goes on"),
    Column("date_of_birth", Date),
    Column("in_care", Boolean, nullable=False),
    Column("period_started_on", Date),
    Column("start_known", Boolean),
    Column("regime", String(16), comment="empty when not in care"),
    Column("iro_id", Text),
    Column("iro_since", Date, comment="first day of this IRO's unbroken allocation"),
    Column("team_id", Text),
    Column("social_worker", Text),
    # Whose children they are is looked for among those of a day: an index of IROs or teams finds no fewer.
    Index(None, "authority", "until_on", "from_on"),
    sqlite_with_rowid=False,
)
"""Who and what a child was on any day: unbroken spans in which nothing of it changes."""

bookings = Table(
    "bookings",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("child_id", Text, primary_key=True),
    Column("booked_for", Date, primary_key=True),
    Column("review_id", Text, primary_key=True),
    Column("review_status", String(16), nullable=False),
    Column("booked_on", Date, comment="empty: always known"),
    Column("held_on", Date),
    Column("late_reason", Text),
    Column("late_agreed_by", Text),
    Column("late_agreed_on", Date),
    sqlite_with_rowid=False,
)
"""Every review that has a day it was booked for: booked, cancelled, and held (a booking until it is held)."""

escalation_facts = Table(
    "escalation_facts",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("escalation_id", Text, primary_key=True),
    Column("child_id", Text, nullable=False),
    Column("date_of_birth", Date),
    Column("raised_on", Date, nullable=False),
    Column(
        "theme", Text, nullable=False, comment="one of codes.ESCALATION_THEMES; other words count as other"
    ),
    Column("stage", Text, nullable=False),
    Column("human_rights", Boolean),
    Column("resolved_on", Date),
    Column("deadline_on", Date, nullable=False, comment="the last working day of the formal process"),
    Column("iro_id", Text, comment="named on it, else allocated on the day raised"),
    Column("team_id", Text),
    Index(None, "authority", "raised_on"),
    Index(None, "authority", "child_id"),
    sqlite_with_rowid=False,
)

audit_facts = Table(
    "audit_facts",
    metadata,
    Column("authority", String(64), primary_key=True),
    Column("audit_id", Text, primary_key=True),
    Column("audit_theme", Text, primary_key=True),
    Column("programme", Text),
    Column("cohort", Text),
    Column("audited_on", Date, nullable=False),
    Column("grade", Text, nullable=False),
    Column("child_id", Text),
    Column("date_of_birth", Date),
    Column("iro_id", Text),
    Column("team_id", Text),
    sqlite_with_rowid=False,
)

DERIVED_TABLES: tuple[Table, ...] = (duties, spans, bookings, escalation_facts, audit_facts)
"""Made from the rows above at each load, in the same transaction; never written elsewhere."""
