"""Commands are judged once each, by what their author may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bugaction.bug import DocumentState
from bugaction.commands.judge import Judgement, Surroundings, judge, opens_tracking
from bugaction.commands.parse import parse_calls
from bugaction.links import Chain
from bugaction.model import ANYONE, Actor, LedgerFile, LedgerLine, Membership, RecordKind, Role
from bugaction.monitoring import Watch
from bugaction.policy import Policy
from bugaction.snapshot import Comment, Entry, EntryKind, PullRequest, PullState
from bugaction.state import commands_named
from tests.values import ANA, BASE, BO, VIEWER, at, comment, facts, issue, line, pull

MALLORY = Actor("mallory")
ALERTS = Actor("alerts[bot]", is_bot=True)
ROLES = {
    "ana": Role.WRITE,
    "bo": Role.MAINTAIN,
    "mallory": Role.READ,
    "rea": Role.READ,
    "tri": Role.TRIAGE,
}
POLICY = Policy()
AROUND = Surroundings(fixes=frozenset({7}), bugs={7: frozenset({42})})
LISTED = Policy.model_validate({"people": {"bots": ["alerts[bot]"]}})


def role_of(login: str) -> Role | None:
    """The roles of the people of these tests."""
    return ROLES.get(login.casefold())


def judged(
    *comments: Comment,
    lines: Iterable[LedgerLine] = (),
    pulls: Iterable[PullRequest] = (),
    assignees: Iterable[Actor] = (),
    timeline: Iterable[Entry] = (),
    policy: Policy = POLICY,
    confidential: bool = False,
    around: Surroundings = AROUND,
) -> Judgement:
    """The judgement on an issue with these comments, tracked from its report on."""
    subject = facts(
        issue(comments=comments, assignees=assignees, timeline=timeline),
        lines=[tracked(), *lines],
    )
    return judge(subject, tuple(pulls), policy, role_of, VIEWER, confidential=confidential, around=around)


def tracked(minutes: float = 0) -> LedgerLine:
    """The line that the bug is looked after."""
    return replace(line(RecordKind.TRACKED, "I_42", actor=VIEWER.login), at=at(minutes))


def edited(body: str, *, editor: Actor, author: Actor = ANA, minutes: float = 5) -> Comment:
    """A comment that was edited ten minutes after it was written."""
    return replace(comment(body, author=author, minutes=minutes), edited_at=at(minutes + 10), editor=editor)


def evidence(body: str, ident: int = 900) -> str:
    """The key of the one command in a comment."""
    (call,) = parse_calls(body)
    return f"IC_{ident}#{call.digest}"


def outcomes(found: Judgement) -> list[tuple[str, bool]]:
    """Names of the commands judged, and whether they were accepted."""
    return [(item.data["name"], item.accepted) for item in found.new_lines]


def test_an_accepted_command_is_recorded_and_gets_a_rocket() -> None:
    """Who, when, with which role, and where it was said; no reply."""
    found = judged(comment("/severity P1 all of checkout"))
    assert found == Judgement(
        new_lines=(
            LedgerLine(
                kind=RecordKind.COMMAND,
                evidence=evidence("/severity P1 all of checkout"),
                actor="ana",
                at=at(5),
                accepted=True,
                role=Role.WRITE,
                data={
                    "name": "severity",
                    "url": f"{BASE}/issues/42#issuecomment-900",
                    "severity": "P1",
                    "reason": "all of checkout",
                },
            ),
        ),
        reactions=found.reactions,
    )
    assert [(item.subject, item.content) for item in found.reactions] == [("IC_900", "ROCKET")]


def test_a_word_on_a_commit_that_two_pull_requests_offer_is_one() -> None:
    """Somebody who opened a second pull request of the same branch keeps nobody from giving it."""
    said = comment("/attest minimal-change ccccccc the code is generated")
    assert outcomes(judged(said, pulls=[pull(7), pull(8)])) == [("attest", True)]
    assert judged(said, pulls=[pull(7), pull(8)]).new_lines[0].data["head"] == "c" * 40
    override = comment("/override fix ccccccc the shop is down", author=BO)
    around = replace(AROUND, gates=("fix",))
    (found,) = judged(override, pulls=[pull(7), pull(8)], around=around).new_lines
    assert found.data["pulls"] == "#7 #8"


def test_a_word_on_a_commit_that_was_merged_is_refused() -> None:
    """It is heard, and is none on an open fix; where there is one, its commit is named."""
    said = comment("/attest minimal-change ccccccc the code is generated")
    landed = replace(pull(7, state=PullState.MERGED), comments=(said,))
    subject = facts(issue(), lines=[tracked()])
    for pulls, why in (
        ((landed,), "no open pull request fixes this bug."),
        ((landed, pull(8, head_oid="d" * 40)), "it takes the commit that it speaks of, the newest one of a "),
    ):
        found = judge(subject, pulls, POLICY, role_of, VIEWER, around=AROUND, now=at(60))
        (refused,) = found.new_lines
        assert refused.why.startswith(why)
        assert [item.subject for item in found.replies] == ["PR_7"]
    assert judge(subject, (landed,), POLICY, role_of, VIEWER, around=AROUND) == Judgement()


def test_after_an_unlink_a_merged_pull_request_is_apart() -> None:
    """What is said there reaches the bug no more, but what joins them again."""
    said = [
        comment("/unlink #42 it only mentions the bug", author=BO, ident=901),
        comment("/regression it broke", author=BO, ident=902, minutes=6),
        comment("/undo #42", author=BO, ident=903, minutes=7),
    ]
    landed = replace(pull(7, state=PullState.MERGED), comments=tuple(said))
    subject = facts(issue(), lines=[tracked()])
    found = judge(subject, (landed,), POLICY, role_of, VIEWER, around=AROUND, now=at(60))
    assert outcomes(found) == [("unlink", True), ("undo", True)]


def test_a_second_look_changes_nothing() -> None:
    """The line is there, and so is the reaction."""
    first = judged(comment("/severity P1"))
    seen = replace(comment("/severity P1"), reactions=frozenset({"ROCKET"}))
    assert judged(seen, lines=first.new_lines) == Judgement()


def test_a_lost_reaction_is_made_good() -> None:
    """It follows from the ledger."""
    first = judged(comment("/severity P1"))
    assert judged(comment("/severity P1"), lines=first.new_lines) == replace(first, new_lines=())


def test_a_command_beyond_one_s_role_is_refused_with_who_may() -> None:
    """Recorded, reacted to, and answered once."""
    found = judged(comment("/severity P0", author=MALLORY))
    (refused,) = found.new_lines
    assert (refused.accepted, refused.role) == (False, Role.READ)
    assert refused.why == "it needs the role triage or above, and mallory has read."
    (reply,) = found.replies
    assert (reply.subject, reply.number) == ("I_42", 42)
    assert reply.body == f"{reply.marker}\n`/severity` was not carried out: {refused.why}\n"
    assert [item.content for item in found.reactions] == ["CONFUSED"]


def test_a_refusal_is_answered_once() -> None:
    """Not again once we reacted, even if the reply was deleted; nor while the reply stands."""
    said = comment("/severity P0", author=MALLORY)
    first = judged(said)
    reacted = replace(said, reactions=frozenset({"CONFUSED"}))
    assert judged(reacted, lines=first.new_lines) == Judgement()
    ours = comment(first.replies[0].body, author=VIEWER, minutes=6, ident=901)
    assert judged(said, ours, lines=first.new_lines).replies == ()
    assert judged(said, ours).replies == ()
    twice = replace(ours, id="IC_902", database_id=902)
    assert judged(said, ours, twice, lines=first.new_lines).doubled == ("IC_902",)


def test_a_lost_reply_is_made_good() -> None:
    """When the run ended between the ledger and the reply."""
    said = comment("/severity P0", author=MALLORY)
    first = judged(said)
    assert judged(said, lines=first.new_lines).replies == first.replies


def test_a_reply_of_somebody_else_with_our_marker_is_none() -> None:
    """Anybody can write a marker."""
    said = comment("/severity P0", author=MALLORY)
    fake = comment(judged(said).replies[0].body, author=MALLORY, minutes=6, ident=901)
    assert len(judged(said, fake).replies) == 1


def test_a_bad_argument_gets_the_usage_line() -> None:
    """With an example that works."""
    (reply,) = judged(comment("/eta soon")).replies
    assert "Usage: `/eta YYYY-MM-DD HH:MM | /eta LENGTH`, for example `/eta 4h`." in reply.body


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("/acept", "there is no such command. The nearest is `/accept`."),
        (
            "/sevrity P1",
            "there is no such command. The nearest is `/severity`: `/severity P0|P1|P2|P3 [REASON]`.",
        ),
        ("/frobnicate", "there is no such command; `/help` lists those that there are."),
    ],
)
def test_an_unknown_command_gets_the_nearest_match(body: str, words: str) -> None:
    """Nobody's role is asked for; it is recorded, so that no later version carries it out."""
    found = judged(comment(body, author=Actor("stranger")))
    name = body[1:].partition(" ")[0]
    assert outcomes(found) == [(name, False)]
    assert found.ask == frozenset()
    assert found.replies[0].body == f"{found.replies[0].marker}\n`/{name}` was not carried out: {words}\n"
    assert [item.content for item in found.reactions] == ["CONFUSED"]


def test_on_a_pull_request_unknown_words_belong_to_other_tools() -> None:
    """They are recorded and left alone; what looks like a slip gets the reaction."""
    other = replace(pull(), comments=(comment("/azp run", number=7, ident=1), comment("/acept", ident=2)))
    found = judged(pulls=[other])
    assert outcomes(found) == [("azp", False), ("acept", False)]
    assert found.replies == ()
    assert [(item.subject, item.content) for item in found.reactions] == [("IC_2", "CONFUSED")]


def test_commands_on_the_pull_request_count() -> None:
    """And are answered there."""
    fix = replace(pull(), comments=(comment("/eta 4h", ident=1), comment("/eta soon", ident=2, minutes=6)))
    found = judged(pulls=[fix])
    assert outcomes(found) == [("eta", True), ("eta", False)]
    assert [(item.subject, item.number) for item in found.replies] == [("PR_7", 7)]


def test_several_commands_of_a_comment_get_one_reply() -> None:
    """And both reactions."""
    found = judged(comment("/severity P9\n/eta 4h\n/eta soon"))
    assert outcomes(found) == [("severity", False), ("eta", True), ("eta", False)]
    (reply,) = found.replies
    assert reply.body.startswith(reply.marker)
    assert reply.body.count("was not carried out") == 2
    assert [item.content for item in found.reactions] == ["CONFUSED", "ROCKET"]


def test_a_text_below_its_command_is_no_command() -> None:
    """What somebody tells of the cause may begin with a slash."""
    told = "/root-cause the key lacks the currency\n/checkout shows the old price"
    assert outcomes(judged(comment(told))) == [("root-cause", True)]


def test_the_same_command_twice_in_a_comment_is_one() -> None:
    """It is the same evidence."""
    assert outcomes(judged(comment("/eta 4h\n\n/ETA  4h"))) == [("eta", True)]


def test_unknown_roles_are_asked_for() -> None:
    """Nothing is decided before; the people whom it names only when its author may name them."""
    stranger = judged(comment("/severity P0", author=Actor("Zoe")))
    assert (stranger.new_lines, stranger.ask, stranger.reactions) == ((), frozenset({"Zoe"}), ())
    assert judged(comment("/assign @zoe backup @yan")).ask == {"zoe", "yan"}
    others = (comment("/eta 4h", author=Actor("Zoe"), ident=1), comment("/assign @yan", minutes=6, ident=2))
    assert judged(*others).ask == {"Zoe", "yan"}
    assert judged(comment("/assign @zoe backup @yan", author=MALLORY)).ask == frozenset()


def test_apps_are_ignored_unless_listed() -> None:
    """A listed one needs no role."""
    said = comment("/severity P1\n/frobnicate", author=ALERTS)
    assert judged(said) == Judgement()
    found = judged(said, policy=LISTED)
    assert outcomes(found) == [("severity", True), ("frobnicate", False)]
    assert found.new_lines[0].role is None


def test_our_own_comments_are_never_heard() -> None:
    """Not even where our own login is on the list."""
    own = Policy.model_validate({"people": {"bots": [VIEWER.login]}})
    assert judged(comment("/severity P1", author=VIEWER), policy=own) == Judgement()


def test_a_deleted_account_says_nothing() -> None:
    """Nobody knows who it was."""
    assert judged(comment("/severity P1", author=ANYONE)) == Judgement()


@pytest.mark.parametrize(
    ("author", "editor", "accepted", "why"),
    [
        (ANA, ANA, True, ""),
        (ANA, BO, True, ""),
        (BO, ANA, True, ""),
        (
            ANA,
            MALLORY,
            False,
            "it needs the role triage or above, and mallory, who edited the comment, has read.",
        ),
        (MALLORY, ANA, False, "it needs the role triage or above, and mallory has read."),
        (
            ANA,
            ANYONE,
            False,
            "it needs the role triage or above, and ghost, who edited the comment, has none.",
        ),
        (MALLORY, Actor("rea"), False, "it needs the role triage or above, and mallory has read."),
    ],
)
def test_of_author_and_editor_the_lower_role_counts(
    author: Actor, editor: Actor, accepted: bool, why: str
) -> None:
    """A command dates from the edit, and names who edited."""
    (found,) = judged(edited("/severity P1", author=author, editor=editor)).new_lines
    assert (found.accepted, found.why, found.at) == (accepted, why, at(15))
    assert found.data.get("editor") == (None if editor == author else editor.login)


@pytest.mark.parametrize(
    ("author", "editor", "who"),
    [(MALLORY, ALERTS, "mallory"), (ALERTS, MALLORY, "mallory, who edited the comment,")],
)
def test_an_app_on_the_list_is_not_blamed_for_a_person_s_role(author: Actor, editor: Actor, who: str) -> None:
    """It needs none, so whoever is refused is the person, on either side of the edit."""
    (found,) = judged(edited("/severity P1", author=author, editor=editor), policy=LISTED).new_lines
    assert found.why == f"it needs the role triage or above, and {who} has read."


def test_an_app_that_edits_makes_nobody_s_word() -> None:
    """Unless it is listed; ours is not heard either."""
    assert judged(edited("/severity P1", editor=ALERTS)) == Judgement()
    assert judged(edited("/severity P1", editor=VIEWER)) == Judgement()
    (found,) = judged(edited("/severity P1", editor=ALERTS), policy=LISTED).new_lines
    assert (found.accepted, found.role) == (True, Role.WRITE)


def test_a_personal_word_cannot_be_put_into_another_s_comment() -> None:
    """Whatever the editor's role."""
    (found,) = judged(edited("/accept", editor=BO), assignees=[ANA]).new_lines
    assert (found.accepted, found.why) == (False, "only ana can say this, and bo edited the comment.")
    (own,) = judged(edited("/accept", editor=ANA), assignees=[ANA]).new_lines
    assert own.accepted


def test_an_edit_runs_only_what_is_new() -> None:
    """What was judged stays as it was judged, also when it is taken out and put back."""
    first = judged(comment("/eta 4h"))
    second = judged(edited("Please:\n/ETA 4h\n/channel inc", editor=ANA), lines=first.new_lines)
    assert outcomes(second) == [("channel", True)]
    assert judged(edited("/eta 4h", editor=MALLORY), lines=first.new_lines).new_lines == ()
    assert judged(comment("never mind"), lines=first.new_lines).new_lines == ()
    assert judged(lines=first.new_lines) == Judgement()


def test_a_recorded_decision_is_not_judged_by_today_s_roles() -> None:
    """Neither way."""
    refused = judged(comment("/severity P0", author=MALLORY)).new_lines
    subject = facts(issue(comments=[comment("/severity P0", author=MALLORY)]), lines=[tracked(), *refused])
    found = judge(subject, (), POLICY, {"mallory": Role.ADMIN}.get, VIEWER)
    assert found.new_lines == ()


@pytest.mark.parametrize(("minutes", "heard"), [(9.9, False), (10, True), (11, True)])
def test_comments_from_before_the_tracking_are_left_alone(minutes: float, heard: bool) -> None:
    """A repository that adopts bugaction is not answered for its past."""
    said = comment("/severity P1 as it was\n/frobnicate", minutes=minutes)
    subject = facts(issue(comments=[said]), lines=[tracked(minutes=10)])
    lines = judge(subject, (), POLICY, role_of, VIEWER).new_lines
    assert [each.data.get("reason") for each in lines] == (["as it was", None] if heard else [])
    untracked = facts(issue(comments=[said]))
    assert bool(judge(untracked, (), POLICY, role_of, VIEWER, since=at(10)).new_lines) is heard


def test_an_edit_makes_an_old_comment_no_younger() -> None:
    """What stood in it before cannot be told from what the edit brought."""
    subject = facts(issue(comments=[edited("/severity P1", editor=ANA)]), lines=[tracked(minutes=10)])
    assert judge(subject, (), POLICY, role_of, VIEWER) == Judgement()


def test_a_bug_that_nobody_tracks_answers_nobody() -> None:
    """Without a time to judge from, nothing is judged."""
    subject = facts(issue(comments=[comment("/severity P1")]))
    assert judge(subject, (), POLICY, role_of, VIEWER) == Judgement()


def test_commands_are_judged_in_the_light_of_the_earlier_ones() -> None:
    """In the order in which they were said, wherever they stand."""
    said = (
        comment("/accept", author=Actor("tri"), minutes=7, ident=2),
        comment("/assign @tri", minutes=6, ident=1),
    )
    assert outcomes(judged(*said)) == [("assign", True), ("accept", True)]
    other_way = (comment("/accept", author=Actor("tri"), ident=2), comment("/assign @tri", minutes=6))
    assert outcomes(judged(*other_way)) == [("accept", False), ("assign", True)]


def test_who_was_taken_off_since_is_not_assigned() -> None:
    """A command is carried out once."""
    assigned = judged(comment("/assign @tri")).new_lines
    off = Entry("UE_1", EntryKind.UNASSIGNED, BO, at(6), "tri")
    accepting = comment("/accept", author=Actor("tri"), minutes=7, ident=2)
    assert outcomes(judged(accepting, lines=assigned, timeline=[off])) == [("accept", False)]


def test_who_commented_can_be_assigned() -> None:
    """The issue's author and whoever commented on it, as GitHub allows."""
    said = comment("/assign @mallory", minutes=6)
    assert outcomes(judged(said)) == [("assign", False)]
    assert outcomes(judged(comment("hi", author=MALLORY, ident=1), said)) == [("assign", True)]


def test_confidential_bugs_are_attested() -> None:
    """The flag reaches the command."""
    url = "https://github.com/octo/shop/security/advisories/GHSA-23cf-gh45-qrvw"
    said = comment(f"/attest bug-report {url}")
    (found,) = judged(said, confidential=True).new_lines
    assert (found.accepted, found.data["requirement"], found.data["url"]) == (True, "bug-report", url)
    assert outcomes(judged(said)) == [("attest", False)]


@pytest.mark.parametrize(
    ("author", "expected", "missing"),
    [
        (MALLORY, ("/accept", "/help", "/recheck"), ("/severity", "/assign", "/attest", "/track")),
        (ANA, ("/accept", "/severity", "/assign", "/attest", "/track"), ()),
    ],
)
def test_help_lists_what_the_asker_may_use(
    author: Actor, expected: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    """With usage and summary."""
    found = judged(comment("/help", author=author))
    assert outcomes(found) == [("help", True)]
    (reply,) = found.replies
    assert f"Commands that {author.login} (role {ROLES[author.login]}) may use here:" in reply.body
    assert all(f"- `{name}" in reply.body for name in expected)
    assert not any(f"- `{name}" in reply.body for name in missing)
    assert [item.content for item in found.reactions] == ["ROCKET"]


def test_help_is_answered_once() -> None:
    """As any reply."""
    said = comment("/help")
    first = judged(said)
    assert judged(replace(said, reactions=frozenset({"ROCKET"})), lines=first.new_lines) == Judgement()
    assert judged(said, lines=first.new_lines).replies == first.replies


def test_recheck_asks_for_no_role() -> None:
    """It is everybody's."""
    found = judged(comment("/recheck", author=Actor("stranger")))
    assert (outcomes(found), found.ask, found.new_lines[0].role) == ([("recheck", True)], frozenset(), None)


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        ([comment("/track")], at(5)),
        ([comment("hello"), comment("/severity P1", minutes=7), comment("/track", minutes=6)], at(6)),
        ([comment("/help"), comment("> /track"), comment("/accept")], None),
        ([comment("/track", author=ALERTS)], None),
        ([comment("/track", author=VIEWER)], None),
        ([comment("/track", minutes=1)], None),
        ([comment("/track", minutes=2)], at(2)),
        ([comment("/severity P1", minutes=3)], at(3)),
        ([], None),
    ],
)
def test_what_asks_for_an_issue_to_be_tracked(comments: list[Comment], expected: object) -> None:
    """The first `/track` or `/severity` of somebody who is heard, not older than the given time."""
    assert opens_tracking(comments, VIEWER, POLICY, at(2)) == expected
    assert opens_tracking([comment("/track", minutes=1)], VIEWER, POLICY, None) == at(1)


def test_an_answered_command_without_a_decision_was_taken_away() -> None:
    """We react after the decision is recorded, so it must be there: it is not judged as if it were new."""
    answered = replace(comment("/severity P3", author=MALLORY), reactions=frozenset({"CONFUSED"}))
    assert judged(answered).lost == answered.url
    known = line(RecordKind.COMMAND, evidence("/severity P3"), accepted=False, name="severity")
    assert judged(answered, lines=[known]).lost == ""
    assert judged(comment("/severity P3", author=MALLORY)).lost == ""


def test_an_edited_comment_may_hold_a_new_command() -> None:
    """Another decision on the same comment says that the answer was for that one."""
    earlier = line(RecordKind.COMMAND, evidence("/recheck"), name="recheck")
    answered = replace(edited("/recheck\n/accept", editor=ANA), reactions=frozenset({"ROCKET"}))
    assert judged(answered, lines=[earlier]).lost == ""


@pytest.mark.parametrize(("body", "reaction"), [("/deploy now", "ROCKET"), ("/accept", "EYES")])
def test_an_answer_that_may_be_another_workflow_s_takes_nothing_away(body: str, reaction: str) -> None:
    """The token's account is shared with every workflow of the repository."""
    assert judged(replace(comment(body), reactions=frozenset({reaction}))).lost == ""


def test_an_answer_on_a_pull_request_takes_nothing_away() -> None:
    """It may have been for another bug that the pull request fixed before this one."""
    answered = replace(comment("/accept"), reactions=frozenset({"ROCKET"}))
    assert judged(pulls=[replace(pull(), comments=(answered,))]).lost == ""


def talk(*comments: Comment) -> PullRequest:
    """The bug's pull request with these comments."""
    return replace(pull(), comments=comments)


def undone(found: Judgement) -> list[str]:
    """What was taken back, in order."""
    return [item.data["undone"] for item in found.new_lines if "undone" in item.data]


def test_an_undo_takes_back_what_was_said_before_it() -> None:
    """By the time when it was said, in whatever order the comments are read; within a comment by line."""
    found = judged(
        comment("/undo", minutes=7, ident=2),
        comment("/eta 4h\n/channel war-room", minutes=6, ident=1),
        comment("/undo\n/eta 5h", minutes=8, ident=3),
    )
    assert undone(found) == ["channel", "eta"]
    assert undone(judged(comment("/eta 4h\n/undo"))) == ["eta"]
    late = judged(
        comment("/undo", minutes=6, ident=2),
        lines=[replace(line(RecordKind.COMMAND, "IC_1#x", name="eta"), at=at(7))],
    )
    assert outcomes(late) == [("undo", False)]


def test_an_undo_is_its_author_s_own_word() -> None:
    """Neither somebody else's commands, nor by an edit of somebody else."""
    other = judged(comment("/eta 4h", ident=1), comment("/undo", author=BO, minutes=6, ident=2))
    assert outcomes(other) == [("eta", True), ("undo", False)]
    put_in = judged(comment("/eta 4h", minutes=4, ident=1), edited("/undo", editor=BO))
    assert [item.accepted for item in put_in.new_lines] == [True, False]
    assert put_in.new_lines[1].why.startswith("only ana can say this")


def test_an_undo_is_heard_wherever_it_is_said() -> None:
    """The bug's issue and its pull requests are one conversation."""
    found = judged(comment("/undo", minutes=6, ident=2), pulls=[talk(comment("/eta 4h", ident=1))])
    assert undone(found) == ["eta"]


def test_on_an_unlinked_pull_request_only_what_joins_it_again_is_heard() -> None:
    """What was said there before counts; what is said from then on is about something else."""
    words = [
        comment("/eta 4h", author=BO, minutes=5, ident=1),
        comment("/unlink #42 wrong\n/channel war-room", author=BO, minutes=6, ident=2),
        comment("/eta 5h", author=BO, minutes=7, ident=3),
        comment("/acept", minutes=7, ident=4),
        comment("/unlink #42 wrong indeed", author=BO, minutes=8, ident=5),
    ]
    found = judged(pulls=[talk(*words)])
    assert outcomes(found) == [("eta", True), ("unlink", True), ("unlink", False)]
    again = judged(pulls=[talk(*words, comment("/undo", author=BO, minutes=9, ident=6))])
    assert undone(again) == ["unlink"]


@pytest.mark.parametrize(
    ("who", "accepted"), [(MALLORY, False), (ANA, False), (BO, True), (Actor("tri"), False)]
)
@pytest.mark.parametrize("where", ["issue", "pull request"])
def test_who_may_unlink(who: Actor, accepted: bool, where: str) -> None:
    """By the role that policy names for overriding."""
    on_pull = where == "pull request"
    said = comment("/unlink #42 no" if on_pull else "/unlink #7 no", author=who)
    found = judged(pulls=[talk(said)]) if on_pull else judged(said)
    assert outcomes(found) == [("unlink", accepted)]
    assert bool(found.replies) is not accepted


def test_a_command_for_another_bug_leaves_nothing_here() -> None:
    """Neither a line nor an answer; and nobody's role is asked for."""
    both = Surroundings(fixes=frozenset({7}), bugs={7: frozenset({42, 43})})
    said = comment("/unlink #43 no", author=Actor("zoe"))
    assert judged(pulls=[talk(said)], around=both) == Judgement()


def test_the_original_is_read_before_it_is_one() -> None:
    """Only for somebody who may say so."""
    around = Surroundings(chain_of=lambda number: Chain((number,), unread=number))
    asked = judged(comment("/duplicate #50"), around=around)
    assert (asked.new_lines, asked.ask_issues) == ((), frozenset({50}))
    refused = judged(comment("/duplicate #50", author=MALLORY), around=around)
    assert (outcomes(refused), refused.ask_issues) == ([("duplicate", False)], frozenset())
    known = judged(comment("/duplicate #50"))
    assert outcomes(known) == [("duplicate", True)]


def test_the_backup_s_teams_are_read_before_they_count() -> None:
    """After the roles, and only for somebody who may say so."""
    policy = Policy.model_validate({"people": {"senior": {"role": "admin", "teams": ["octo/leads"]}}})
    said = "/assign backup @bo"
    asked = judged(comment(said), policy=policy)
    assert (asked.new_lines, asked.ask, asked.ask_teams) == ((), frozenset(), frozenset({"bo"}))
    both = judged(comment(f"{said}\n/assign backup @ana"), policy=policy)
    assert both.ask_teams == {"ana", "bo"}
    refused = judged(comment(said, author=MALLORY), policy=policy)
    assert (outcomes(refused), refused.ask_teams) == ([("assign", False)], frozenset())
    for membership in Membership:
        around = Surroundings(teams_of={"bo": {"octo/leads": membership}}.get)
        known = judged(comment(said), policy=policy, around=around)
        assert outcomes(known) == [("assign", membership is Membership.MEMBER)]
        assert known.ask_teams == frozenset()


def test_a_pull_request_that_is_named_is_read_before_the_command_is_judged() -> None:
    """Where it is not known yet, and there may be one; only for somebody who may use the command."""
    asked = judged(comment("/rollback #9 it breaks old apps"))
    assert (asked.ask_pulls, asked.new_lines) == (frozenset({9}), ())
    assert judged(comment("/rollback #9 no", author=MALLORY)).ask_pulls == frozenset()
    gone = judged(comment("/rollback #9 no"), around=replace(AROUND, missing_pulls=frozenset({9})))
    assert (gone.ask_pulls, outcomes(gone)) == (frozenset(), [("rollback", False)])


WITHDRAWN = replace(pull(9, state=PullState.MERGED), merged_at=at(-60), merge_oid="f" * 40)
DRAFT = DocumentState("report", "bug-report-v1.0.md", "1.0", "# Bug report")


@pytest.mark.parametrize(
    ("body", "around", "why"),
    [
        ("/accept", AROUND, ""),
        ("/override fix ccccccc the shop is down", replace(AROUND, gates=("fix",)), ""),
        ("/regression it broke", replace(AROUND, watch_of=lambda _: Watch(merged=at(1))), ""),
        (
            "/attest report-approved",
            replace(AROUND, draft_of=lambda kind, _: {"report": DRAFT}.get(kind)),
            "",
        ),
        ("/rollback #9 no", replace(AROUND, pull_of={9: WITHDRAWN}.get), ""),
        ("/documents", replace(AROUND, brought="they are there already"), "they are there already."),
        (
            "/attest checks ccccccc it is sound",
            replace(AROUND, contributors={"c" * 40: frozenset({"bo"})}),
            "bo worked on it, and cannot vouch for its workflows.",
        ),
        (
            "/duplicate #50",
            replace(AROUND, chain_of=lambda number: Chain((number, 42))),
            "`#50` is a duplicate of this one.",
        ),
        (
            "/duplicate #50",
            replace(AROUND, missing=frozenset({50})),
            "`#50` is no issue of this repository.",
        ),
    ],
)
def test_what_stands_around_a_bug_counts(body: str, around: Surroundings, why: str) -> None:
    """Its gates, fixes, documents, and who does what: each command is judged by what it is about."""
    (found,) = judged(comment(body, author=BO), pulls=[pull()], around=around).new_lines
    assert (found.accepted, found.why) == (not why, why)


def test_what_a_document_or_a_fix_is_like_follows_from_the_decisions_until_then() -> None:
    """Those of the same run as well: a draft that a word before has changed is judged as it is by then."""

    def draft_of(kind: str, ledger: LedgerFile) -> DocumentState | None:
        return replace(DRAFT, kind=kind) if commands_named(ledger, "strategy") else None

    def watch_of(ledger: LedgerFile) -> Watch:
        return Watch(merged=at(1)) if commands_named(ledger, "strategy") else Watch()

    again = "/attest report-approved it is right\n/regression it broke"
    said = comment(f"/attest report-approved\n/regression\n/strategy hotfix\n{again}")
    found = judged(said, around=Surroundings(draft_of=draft_of, watch_of=watch_of))
    assert [(item.data["name"], item.why) for item in found.new_lines] == [
        ("attest", "the bug report is not committed yet."),
        ("regression", "no fix of this bug is merged yet."),
        ("strategy", ""),
        ("attest", ""),
        ("regression", ""),
    ]


def test_the_backup_s_role_is_kept() -> None:
    """As it was when they were named: later rights make nobody senior in hindsight."""
    (found,) = judged(comment("/assign backup @bo")).new_lines
    assert found.data == {
        "name": "assign",
        "url": f"{BASE}/issues/42#issuecomment-900",
        "backup": "bo",
        "backup-role": "maintain",
    }


def test_a_confidential_cause_is_told_in_the_advisory_that_somebody_named() -> None:
    """What was attested before is known to the next command."""
    url = "https://github.com/octo/shop/security/advisories/GHSA-23cf-gh45-qrvw"
    said = comment(f"/attest bug-report {url}\n/root-cause the key leaks")
    _, refused = judged(said, confidential=True).new_lines
    assert refused.why.startswith(f"the bug is confidential: write it in [the private advisory]({url}), and")
