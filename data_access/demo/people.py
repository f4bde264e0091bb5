"""The staff of an invented authority: IROs who hold posts one after another, and teams.

Names are made of words that say what they are, so that nobody is mistaken for a person.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from random import Random

from data_access.demo.days import Days
from data_access.demo.shape import HISTORY_YEARS, Shape

FIRST_NAMES = (
    "Amira", "Bethan", "Callum", "Deepa", "Esther", "Farid", "Grace", "Hamza", "Isla", "Jerome",
    "Keisha", "Liam", "Meera", "Nadia", "Owen", "Priya", "Rhys", "Sadia", "Tomasz", "Uma",
    "Violet", "Wendell", "Yusuf", "Zoe", "Adaeze", "Bruno", "Celia", "Dennis", "Elena", "Femi",
)  # fmt: skip
LAST_NAMES = (
    "Samplewood", "Fictonby", "Inventham", "Exampley", "Mockridgeway", "Makewell", "Notionby", "Pretendham",
    "Sketchley", "Draftwell", "Supposeby", "Imaginham", "Testerby", "Placeholt", "Fableford", "Dummersby",
    "Storywell", "Pilotsby", "Trialham", "Figmentley", "Formley", "Mocksworth", "Conjureby", "Demoville",
)  # fmt: skip
ETHNICITIES = ("WBRI", "WBRI", "WBRI", "WOTH", "BCRB", "BAFR", "AIND", "APKN", "MWBC", "MOTH")
HOURS = (1.0, 1.0, 0.6, 1.0, 0.8, 1.0, 0.8, 1.0, 0.6, 1.0, 0.8, 1.0, 0.5, 0.6)
"""The FTE of posts in turn: fourteen of them make 11.7."""
SKILL = (1.14, 1.1, 1.12, 0.78, 1.15, 1.08, 1.14, 1.16, 0.72, 1.12, 1.1, 1.16, 0.84, 1.1)
"""How much an IRO's post does between reviews, against the service's aim, in turn."""
STEADY, DRIFTING, IMPROVING = "steady", "drifting", "improving"
DRIFTING_POST, IMPROVING_POST = 4, 9
MONTH = 30.44


@dataclass(frozen=True)
class Holder:
    """An IRO in a post. `until` is the last day, None while in post; `from_` may lie before the history."""

    iro_id: str
    name: str
    sex: str
    ethnicity: str
    from_: int
    until: int | None


@dataclass
class Post:
    """A share of the IRO service, held by one IRO after another, so that children follow the post."""

    fte: float
    skill: float
    course: str
    holders: list[Holder]
    hours_before: tuple[float, int] | None = None
    """(fte until then, the day the present hours began), where the hours changed."""

    def holder_on(self, day: int) -> Holder | None:
        """Who holds the post on a day; None in a gap between two."""
        for holder in self.holders:
            if holder.from_ <= day and (holder.until is None or day <= holder.until):
                return holder
        return None

    def effort_on(self, day: int, as_at: int) -> float:
        """What is done between reviews on a day, against the service's aim."""
        months = (as_at - day) / MONTH
        if self.course == DRIFTING:
            return self.skill * min(1.0, max(0.38, 0.38 + 0.62 * months / 14))
        if self.course == IMPROVING:
            return self.skill * min(1.15, max(0.5, 1.15 - 0.65 * months / 18))
        return self.skill

    def noting_on(self, day: int, as_at: int) -> float:
        """How much is noted on a day: steadier from IRO to IRO than midway reviews, unless one changes."""
        effort = self.effort_on(day, as_at)
        return effort if self.course != STEADY else 0.5 + 0.5 * effort


@dataclass(frozen=True)
class Team:
    """A social work team. `role` says which children it has."""

    team_id: str
    name: str
    service: str
    role: str
    workers: tuple[str, ...]
    struggling: bool = False


@dataclass
class Staff:
    """Everybody who works with the children of one authority."""

    posts: list[Post]
    teams: list[Team]
    _loads: list[float] = field(default_factory=list)
    _leaving: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._loads = [0.0] * len(self.posts)

    def post_for(self, day: int) -> int:
        """The post with the fewest children for its hours on a day. Days must come in order."""
        while self._leaving and self._leaving[0][0] <= day:
            post = heapq.heappop(self._leaving)[1]
            self._loads[post] -= 1 / self.posts[post].fte
        return self._loads.index(min(self._loads))

    def take(self, post: int, until: int) -> None:
        """Give a child to a post until a day."""
        self._loads[post] += 1 / self.posts[post].fte
        heapq.heappush(self._leaving, (until, post))

    def another_post(self, rng: Random) -> int:
        """Any post, a larger one more often."""
        return rng.choices(range(len(self.posts)), [post.fte for post in self.posts])[0]

    def team(self, role: str, rng: Random) -> Team:
        """A team with a role, at random where there are several."""
        return rng.choice([team for team in self.teams if team.role == role])


def staff_of(shape: Shape, days: Days, rng: Random) -> Staff:
    """The posts with their holders over the years, and the teams."""
    count = max(2, round(shape.children / shape.children_per_fte * 14 / 11.7))
    start = days.as_at - round(HISTORY_YEARS * 365.25)
    number = 0
    posts = []
    for place in range(count):
        course = {DRIFTING_POST: DRIFTING, IMPROVING_POST: IMPROVING}.get(place % 14, STEADY)
        holders: list[Holder] = []
        since = start - rng.randint(100, 2600)
        while True:
            number += 1
            stays = rng.randint(900, 2600) if holders else rng.randint(1600, 4400)
            until = since + stays
            last = course != STEADY or until > days.as_at - 60
            holders.append(_holder(number, since, None if last else until, rng))
            if last:
                break
            since = days.on_or_after(until + rng.choice((1, 1, 1, 4, 12, 25)))
        post = Post(HOURS[place % 14], SKILL[place % 14], course, holders)
        if place % 14 in (2, 10):
            post.hours_before = (min(1.0, post.fte + 0.2), days.as_at - rng.randint(300, 900))
        posts.append(post)
    return Staff(posts, _teams(shape, rng))


def _holder(number: int, since: int, until: int | None, rng: Random) -> Holder:
    return Holder(
        f"IRO{number:03}", invented_name(rng), rng.choice("FFM"), rng.choice(ETHNICITIES), since, until
    )


def invented_name(rng: Random) -> str:
    """A name nobody has."""
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"


def _teams(shape: Shape, rng: Random) -> list[Team]:
    """Six teams in an authority of 760 children, more or fewer by size."""
    named = [("Assessment and Court", "Assessment", "court")]
    care_teams = max(1, round(shape.children / 250))
    named += [
        (f"Children in Care {number}", "Corporate parenting", "care") for number in range(1, care_teams + 1)
    ]
    named += [("Unaccompanied Young People", "Corporate parenting", "unaccompanied")]
    named += [("Children with Disabilities", "Disability", "disability")]
    struggling = "Children in Care 2" if care_teams > 1 else "Children with Disabilities"
    workers = max(3, round(shape.children / 15 / len(named)))
    return [
        Team(
            f"T{number:02}",
            name,
            service,
            role,
            tuple(invented_name(rng) for _ in range(workers)),
            name == struggling,
        )
        for number, (name, service, role) in enumerate(named, start=1)
    ]
