"""The annual report's sections on what extracts hold in part: advocacy, pathway reviews, letters, the rest.

What is recorded is counted; for what is not there is a marked place for the author.
"""

from __future__ import annotations

from collections.abc import Mapping

from data_access.rows.codes import ActivityKind, Involvement, Person
from metrics.absences import involvement
from metrics.counting.promptness import step_rows
from metrics.recorded.work import recorded_work
from metrics.wording import words
from reports.content import Heading, Paragraph, Part, ToWrite
from reports.published import Published
from standards.wording import in_words

LETTER = "letter_in_20_days"


def others(published: Published, untold: Mapping[str, str]) -> list[Part]:
    """Complaints, advocacy, pathway reviews, letters to children, resources and the year to come."""
    return [
        Heading("Complaints, compliments and advocacy"),
        ToWrite("Complaints and compliments about the service, and what was learnt", 4),
        *_advocates(published, untold),
        ToWrite("Advocacy: how many children had an advocate, and how they were told of the right to one", 3),
        Heading("Pathway reviews and letters to children"),
        *_pathway_reviews(published),
        *_letters(published, untold),
        Heading("Resources"),
        ToWrite("Resource issues that put the quality of the service at risk (Handbook 7.11)", 5),
        Heading("The year to come"),
        ToWrite("Priorities, each with an owner and a date", 5),
    ]


def _advocates(published: Published, untold: Mapping[str, str]) -> list[Part]:
    """How advocates took part in reviews, where that is recorded."""
    if "mothers_involved_all" in untold:
        return []
    found = involvement(published.engine, published.viewer, published.selection, (Person.ADVOCATE,)).iloc[0]
    counts = {words.sentence(how.replace("_", " ")): int(found[how]) for how in map(str, Involvement)}
    if not any(counts.values()):
        return []
    return [
        published.counted(
            "Advocates at reviews", "Advocates", "How",
            {how: number for how, number in counts.items() if number},
            said="Of the reviews that record an advocate.",
        )
    ]  # fmt: skip


def _pathway_reviews(published: Published) -> list[Part]:
    work = recorded_work(published.engine, published.viewer, published.selection)
    row = work[work["activity_kind"] == ActivityKind.PATHWAY_REVIEW].iloc[0]
    number, children = int(row["number"]), int(row["children"])
    if not number:
        return [ToWrite("Pathway reviews: none is in the data. How many there were, and what they found", 3)]
    said = (
        f"Pathway reviews recorded: {published.count(number)}, of {published.count(children)} young people."
    )
    return [Paragraph(said), ToWrite("What pathway reviews found", 3)]


def _letters(published: Published, untold: Mapping[str, str]) -> list[Part]:
    """After how many reviews the IRO wrote to the child; a marked place where no letter is recorded."""
    unknown = ToWrite("Letters to children: how many were sent, and what children made of them", 3)
    if LETTER in untold:
        return [unknown]
    row = step_rows(published.engine, published.viewer, published.selection, [LETTER]).iloc[0]
    on_time, late, missing = (int(row[name]) for name in ("numerator", "late", "missing"))
    if not on_time + late:
        return [unknown]
    days = in_words("letter_working_days_after", "working days", published.selection.period_end)
    in_time = f"Within {days}"
    counts = {in_time: on_time, "Later": late, "Not sent": missing}
    printed = () if published.one(LETTER)["suppressed"] else (in_time,)
    return [
        published.counted(
            "Letters to children after their reviews", "Letters", "Letter to the child", counts,
            said="Of the reviews held whose letter was due by now, or sent.", printed=printed,
        ),
        ToWrite("What children made of their letters", 3),
    ]  # fmt: skip
