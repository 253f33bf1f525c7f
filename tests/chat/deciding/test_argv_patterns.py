"""Which commands a rule of agents.toml is about. A rule that lets run is read narrowly, one that asks or forbids widely."""

import re
import time
from typing import Any

import pytest

from agentchat.chat.deciding.argv_patterns import ArgvPattern
from agentchat.chat.deciding.policy import ChatPolicy, Rule
from agentchat.runtime.declarations.run_context import canonical_json
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Deny
from agentchat.runtime.values.keys import CallKey, Scope

YES, NO = True, False

LETS_IN: list[tuple[str, list[str], bool]] = [
    # exactly these words
    ("git log", ["git", "log"], YES),
    ("git log", ["git", "log", "-p"], NO),
    ("git log", ["git", "log", "--output=x"], NO),
    ("git log", ["git", "logs"], NO),
    ("git log", ["git", "lo"], NO),
    ("git log", ["git"], NO),
    ("git log", ["git log"], NO),
    ("git log", ["git", "log "], NO),
    ("git log", ["git", " log"], NO),
    ("git log", ["git", "log\n"], NO),
    ("git log", ["git\n", "log"], NO),
    ("git log", ["git", "log\0"], NO),
    ("git log", ["git", "log", ""], NO),
    ("git log", ["", "git", "log"], NO),
    ("git log", ["GIT", "log"], NO),
    ("git log", ["git", "LOG"], NO),
    ("git log", ["git", "log;rm"], NO),
    ("git log", ["git", "log", ";", "rm", "x"], NO),
    ("git log", ["git", "log", "&&", "rm"], NO),
    ("git log", ["git", "-c", "core.pager=rm", "log"], NO),
    ("git log", ["gi\u200bt", "log"], NO),
    ("git log", ["g\u0456t", "log"], NO),
    ("git log", ["\uff47\uff49\uff54", "log"], NO),
    ("git log", [], NO),
    # exactly this program
    ("git log", ["/usr/bin/git", "log"], NO),
    ("git log", ["./git", "log"], NO),
    ("git log", ["../git", "log"], NO),
    ("git log", ["bin/git", "log"], NO),
    ("./run.sh", ["./run.sh"], YES),
    ("./run.sh", ["run.sh"], NO),
    ("./run.sh", [".//run.sh"], NO),
    ("/usr/bin/git log", ["/usr/bin/git", "log"], YES),
    ("/usr/bin/git log", ["git", "log"], NO),
    # not through others
    ("git log", ["env", "git", "log"], NO),
    ("git log", ["env", "X=Y", "git", "log"], NO),
    ("git log", ["nice", "git", "log"], NO),
    ("git log", ["xargs", "git", "log"], NO),
    ("git log", ["sh", "-c", "git log"], NO),
    ("git log", ["sudo", "git", "log"], NO),
    ("git log", ["timeout", "5", "git", "log"], NO),
    ("git log", ["X=Y", "git", "log"], NO),
    # quotes in the pattern are read as a shell does, those in the words are the words' own
    ("git commit -m 'two words'", ["git", "commit", "-m", "two words"], YES),
    ("git commit -m 'two words'", ["git", "commit", "-m", "two", "words"], NO),
    ("git commit -m 'two words'", ["git", "commit", "-m", "'two words'"], NO),
    ("git commit -m 'two words'", ["git", "commit", "-mtwo words"], NO),
    ('echo "a\\"b"', ["echo", 'a"b'], YES),
    ("echo ''", ["echo", ""], YES),
    ("echo ''", ["echo"], NO),
    ("echo ä", ["echo", "ä"], YES),
    ("echo ä", ["echo", "a\u0308"], NO),
    ("echo [a-z]?", ["echo", "[a-z]?"], YES),
    ("echo [a-z]?", ["echo", "bc"], NO),
    ("echo a.c", ["echo", "abc"], NO),
    # a star is within one word, and no option
    ("cat *.md", ["cat", "a.md"], YES),
    ("cat *.md", ["cat", ".md"], YES),
    ("cat *.md", ["cat", "a.md", "b.md"], NO),
    ("cat *.md", ["cat", "docs/a.md"], NO),
    ("cat *.md", ["cat", "../a.md"], NO),
    ("cat *.md", ["cat", "/etc/a.md"], NO),
    ("cat *.md", ["cat", "a.md\n"], NO),
    ("cat *.md", ["cat", "a\n.md"], NO),
    ("cat *.md", ["cat", "a\0.md"], NO),
    ("cat *.md", ["cat", "-x.md"], NO),
    ("cat docs/*.md", ["cat", "docs/a.md"], YES),
    ("cat docs/*.md", ["cat", "docs/../a.md"], NO),
    ("cat docs/*.md", ["cat", "docs/sub/a.md"], NO),
    ("pytest *", ["pytest", "tests"], YES),
    ("pytest *", ["pytest"], NO),
    ("pytest *", ["pytest", "--pdb"], NO),
    ("pytest --maxfail=*", ["pytest", "--maxfail=2"], YES),
    ("pytest --maxfail=*", ["pytest", "--maxfail=2", "-pevil"], NO),
    ("*", ["rm"], NO),
    ("* log", ["git", "log"], NO),
    # the rest is words, and no options
    ("pytest -q ...", ["pytest", "-q"], YES),
    ("pytest -q ...", ["pytest", "-q", "a", "b"], YES),
    ("pytest -q ...", ["pytest", "a"], NO),
    ("pytest -q ...", ["pytest", "-q", "a", "-p", "evil"], NO),
    ("pytest -q ...", ["pytest", "-q", "-pevil"], NO),
    ("pytest -q ...", ["pytest", "-qx"], NO),
    ("pytest -q ...", ["pytest-q"], NO),
    ("git ...", ["git", "push"], YES),
    ("git ...", ["gitk"], NO),
    # nothing is let in by a wildcard through a program that runs others
    ("env ...", ["env", "rm", "x"], NO),
    ("sh *", ["sh", "x"], NO),
    ("xargs *", ["xargs", "rm"], NO),
    ("pkexec *", ["pkexec", "rm"], NO),
    ("python *", ["python", "x.py"], NO),
    ("python3.12 ...", ["python3.12", "x.py"], NO),
    ("/usr/bin/env *", ["/usr/bin/env", "rm"], NO),
    ("python -m pytest", ["python", "-m", "pytest"], YES),
    ("python -m pytest", ["python", "-m", "pytest", "x"], NO),
    ("sh -c 'ls | wc'", ["sh", "-c", "ls | wc"], YES),
    ("sh -c 'ls | wc'", ["sh", "-c", "ls | wc; rm x"], NO),
]

REACHES: list[tuple[str, list[str], bool]] = [
    ("rm ...", ["rm"], YES),
    ("rm ...", ["rm", "-rf", "x"], YES),
    ("rm ...", ["/bin/rm", "x"], YES),
    ("rm ...", ["./rm", "x"], YES),
    ("rm ...", ["../../bin/rm", "x"], YES),
    ("rm ...", ["RM", "x"], YES),
    ("rm ...", ["rmdir", "x"], NO),
    ("rm ...", ["perform"], NO),
    ("rm ...", ["git", "rm", "x"], NO),
    ("rm ...", ["echo", "rm", "x"], NO),
    ("rm ...", ["ls", "rm"], NO),
    ("rm ...", ["rm\n"], NO),
    ("rm ...", [], NO),
    ("rm ...", [""], NO),
    ("/bin/rm ...", ["rm", "x"], YES),
    ("rm", ["rm", "x"], NO),
    # through programs that run others
    ("rm ...", ["env", "rm", "x"], YES),
    ("rm ...", ["env", "X=Y", "rm", "x"], YES),
    ("rm ...", ["env", "-i", "X=Y", "/bin/rm", "x"], YES),
    ("rm ...", ["env", "-S", "rm -rf x"], YES),
    ("rm ...", ["env", "-Srm -rf x"], YES),
    ("rm ...", ["/usr/bin/env", "rm"], YES),
    ("rm ...", ["nice", "-n", "10", "rm", "x"], YES),
    ("rm ...", ["nohup", "nice", "rm", "x"], YES),
    ("rm ...", ["timeout", "5", "rm", "x"], YES),
    ("rm ...", ["sudo", "-u", "bob", "rm", "x"], YES),
    ("rm ...", ["xargs", "-0", "rm"], YES),
    ("rm ...", ["setarch", "x86_64", "rm", "-r", "/"], YES),
    ("rm ...", ["script", "-qc", "rm -r /"], YES),
    ("rm ...", ["find", ".", "-exec", "rm", "{}", ";"], YES),
    ("rm ...", ["find", ".", "-name", "form"], NO),
    ("rm ...", ["busybox", "rm", "x"], YES),
    ("rm ...", ["ssh", "host", "rm x"], YES),
    ("rm ...", ["sh", "-c", "rm -rf x"], YES),
    ("rm ...", ["bash", "-lc", "cd x && rm -rf y"], YES),
    ("rm ...", ["sh", "-c", "ls;rm x"], YES),
    ("rm ...", ["sh", "-c", "ls|xargs rm"], YES),
    ("rm ...", ["sh", "-c", "X=Y rm x"], YES),
    ("rm ...", ["sh", "-c", "echo $(rm x)"], YES),
    ("rm ...", ["sh", "-c", "echo `rm x`"], YES),
    ("rm ...", ["sh", "-c", "(rm x)"], YES),
    ("rm ...", ["sh", "-c", "if true; then rm x; fi"], YES),
    ("rm ...", ["sh", "-c", "! rm x"], YES),
    ("rm ...", ["sh", "-c", "'r'm x"], YES),
    ("rm ...", ["sh", "-c", "r\\m x"], YES),
    ("rm ...", ["sh", "-c", "r\\\nm x"], YES),
    ("rm ...", ["sh", "-c", "ls\nrm x\n"], YES),
    ("rm ...", ["sh", "-c", "ls \\\n  >x; rm x"], YES),
    ("rm ...", ["sh", "-c", "sh -c 'rm x'"], YES),
    ("rm ...", ["sh", "-c", "echo 'it is; rm x'"], YES),
    ("rm ...", ["sh", "-c", "echo rm"], NO),
    ("rm ...", ["sh", "-c", "cat form.txt"], NO),
    ("rm ...", ["sh", "-c", ""], NO),
    # options between the words
    ("git push ...", ["git", "push"], YES),
    ("git push ...", ["git", "push", "origin"], YES),
    ("git push ...", ["git", "-C", "x", "push"], YES),
    ("git push ...", ["git", "--no-pager", "push", "-f"], YES),
    ("git push ...", ["git", "-c", "a=b", "-C", "x", "push"], YES),
    ("git push ...", ["git", "pull"], NO),
    ("git push ...", ["git", "commit", "-m", "push"], NO),
    ("git push ...", ["git", "stash", "push"], NO),
    ("git push", ["git", "push", "--force"], YES),
    ("git push", ["git", "push", "origin", "main"], NO),
    ("git push --force ...", ["git", "push", "origin", "--force"], NO),
    ("git push * --force", ["git", "push", "origin", "--force"], YES),
    ("git * --hard ...", ["git", "reset", "-q", "--hard", "x"], YES),
    ("curl *", ["curl", "http:x"], YES),
    ("npm publish ...", ["/opt/node/bin/npm", "publish"], YES),
    ("* --force", ["tool", "--force"], YES),
]


def test_there_are_a_hundred_vectors_and_more() -> None:
    assert len(LETS_IN) + len(REACHES) >= 150


@pytest.mark.parametrize(("pattern", "argv", "is_let_in"), LETS_IN)
def test_a_rule_that_lets_run_is_about_exactly_its_commands(pattern: str, argv: list[str], is_let_in: bool) -> None:
    assert ArgvPattern.parse(pattern).lets_in({"argv": argv}) == is_let_in


@pytest.mark.parametrize(("pattern", "argv", "is_reached"), REACHES)
def test_a_rule_that_asks_or_forbids_reaches_a_command_also_through_others(pattern: str, argv: list[str], is_reached: bool) -> None:
    assert ArgvPattern.parse(pattern).reaches({"argv": argv}) == is_reached


@pytest.mark.parametrize(("pattern", "argv", "is_let_in"), LETS_IN)
def test_what_a_pattern_lets_in_it_reaches_too(pattern: str, argv: list[str], is_let_in: bool) -> None:
    found = ArgvPattern.parse(pattern)
    assert found.reaches({"argv": argv}) or not is_let_in


@pytest.mark.parametrize("arguments", [{}, {"argv": None}, {"argv": "ls"}, {"argv": ["ls", 1]}, {"argv": [["ls"]]}, {"command": 7}])
def test_what_is_no_command_is_nothing_that_a_pattern_is_about(arguments: dict[str, Any]) -> None:
    pattern = ArgvPattern.parse("ls ...")
    assert (pattern.lets_in(arguments), pattern.reaches(arguments)) == (False, False)


@pytest.mark.parametrize(
    ("cwd", "is_let_in"), [(None, True), ("", True), (".", True), ("docs", False), ("..", False), ([], False), (0, False)]
)
def test_in_another_folder_a_command_is_another_one(cwd: object, is_let_in: bool) -> None:
    pattern = ArgvPattern.parse("make test")
    assert pattern.lets_in({"argv": ["make", "test"], "cwd": cwd}) == is_let_in
    assert pattern.reaches({"argv": ["make", "test"], "cwd": cwd})


@pytest.mark.parametrize(
    ("text", "background", "is_let_in", "is_reached"),
    [
        ("make run", None, True, True),
        ("make run", False, True, True),
        ("make run", True, False, True),
        ("make run", "yes", False, True),
        ("make run", 0, True, True),
        ("make run &", True, True, True),
        ("make ... &", True, True, True),
        ("make run &", None, False, False),
        ("make run &", False, False, False),
        ("make test &", True, False, False),
    ],
)
def test_a_command_in_the_background_is_named_by_its_sign(text: str, background: object, is_let_in: bool, is_reached: bool) -> None:
    pattern = ArgvPattern.parse(text)
    arguments = {"argv": ["make", "run"], "background": background}
    assert (pattern.lets_in(arguments), pattern.reaches(arguments)) == (is_let_in, is_reached)


def test_a_rule_about_the_background_reaches_a_line_for_a_shell_which_says_that_in_its_own_way() -> None:
    assert ArgvPattern.parse("make run &").reaches({"command": "(make run) & true"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The pattern names no program; write the command as you would type it, such as 'git log ...'."),
        ("...", "The pattern names no program; write the command as you would type it, such as 'git log ...'."),
        ("git ... log", "In a pattern ... can only be the last word; use * for a single word before it."),
        ("git 'log", "The pattern cannot be read (no closing quotation); write it as you would type the command."),
    ],
)
def test_what_is_no_pattern_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        ArgvPattern.parse(text)


def test_a_hostile_command_is_judged_quickly() -> None:
    pattern = ArgvPattern.parse("git push x y ...")
    for argv in (["git", *["-a"] * 5_000], ["env"] * 2_000, ["sh", "-c", "(" * 20_000], ["sh", "-c", "a;" * 5_000]):
        assert not pattern.reaches({"argv": argv})


async def _nothing(_context: object, _arguments: str) -> str:
    return ""


def call(tool: str = "run_command", *, canonical: str | None = None, **arguments: object) -> CallInQuestion:
    declared = FunctionTool(tool, "", {"type": "object", "properties": {}}, _nothing, effects="changes")
    text = canonical_json(arguments) if canonical is None else canonical
    return CallInQuestion(CallKey(Scope("r"), 1, 0), "writer", declared, arguments, needs_approval=False, canonical=text)


def rule(verb: Any, pattern: str, tool: str = "run_command") -> Rule:
    return Rule(tool, verb, f"the file: {verb} {pattern}", argv=ArgvPattern.parse(pattern))


def test_rules_about_commands_are_judged_in_the_order_of_all_rules() -> None:
    policy = ChatPolicy([rule("allow", "git ..."), rule("ask", "git commit ..."), rule("deny", "git push ...")])
    assert policy.verdict(call(argv=["git", "log"])) == Allow("the file: allow git ...")
    assert policy.verdict(call(argv=["git", "commit"])) == Ask("the file: ask git commit ...")
    assert policy.verdict(call(argv=["git", "-C", "x", "push"])) == Deny("the file: deny git push ...")
    assert policy.verdict(call(argv=["env", "git", "push"])) == Deny("the file: deny git push ...")
    assert policy.verdict(call(argv=["env", "git", "log"])) == Ask("it changes things")
    assert policy.verdict(call("write_file", argv=["git", "log"])) == Ask("it changes things")


def test_a_deny_reaches_into_the_text_of_a_shell() -> None:
    policy = ChatPolicy([rule("deny", "rm ...", tool="*")], mode="auto")
    assert policy.verdict(call("run_shell", command="cd x && rm -rf y")) == Deny("the file: deny rm ...")
    assert policy.verdict(call("run_shell", command="ls")) == Allow("mode auto")


def test_arguments_that_not_all_read_alike_are_let_in_by_no_rule() -> None:
    policy = ChatPolicy([rule("allow", "ls")])
    assert policy.verdict(call(argv=["ls"])) == Allow("the file: allow ls")
    assert policy.verdict(call(argv=["ls"], canonical='{"argv":["rm"],"argv":["ls"]}')) == Ask("it changes things")


def test_a_command_of_thousands_of_words_is_judged_without_stopping_the_chat() -> None:
    began = time.process_time()
    assert not ArgvPattern.parse("git push ...").reaches({"command": "sh " + "git -a " * 5_000})
    assert time.process_time() - began < 1
