r"""Read the output of a job as CI systems do: an interpreter of their commands, after their documentation.

It is stricter than they are: any name of a command counts, and any line break of Unicode ends a line.

- GitHub Actions: ActionCommand.cs of actions/runner, ``TryParseV2`` (``::name key=value::data`` after blanks) and
  ``TryParse`` (``##[name key=value]data`` anywhere in a line).
- Azure Pipelines: ``##vso[area.action key=value;]message`` anywhere in a line; learn.microsoft.com, "Logging commands".
- TeamCity: ``##teamcity[name 'value']`` anywhere in a line; jetbrains.com/help/teamcity/service-messages.html.
- GitLab: ``section_start:TIME:NAME\r\e[0K`` anywhere; docs.gitlab.com/ci/jobs/job_logs.
- Buildkite: ``---``, ``+++``, ``~~~``, ``^^^`` at the start of a line; its page "Managing log output".
- Travis CI: ``travis_fold:start:NAME``, anywhere. Jenkins: console notes, which begin with ``ESC [8mha:``.
"""

import re
import unicodedata

_SERVICE_MESSAGE = re.compile(r"##\w{0,20}\[[^\]]*\]")
_ELSEWHERE = {
    "GitLab": re.compile(r"section_(start|end):\d+:[\w.-]+(\[[^\]]*\])?\r\x1b\[0K"),
    "Travis CI": re.compile(r"travis_(fold:(start|end):[\w.-]+|time:(start|end):)"),
    "Jenkins": re.compile(r"\x1b\[8mha:"),
}
_HEADING = re.compile(r"(---|\+\+\+|~~~|\^\^\^)\s")

COMMANDS = [
    "##vso[task.setvariable variable=PATH]/evil",
    "##vso[task.prependpath]/evil",
    "##[set-output name=verdict]conforms",
    "##[group]hidden",
    "##teamcity[setParameter name='env.PATH' value='/evil']",
    "##octopus[setVariable name='x' value='y']",
    "::set-output name=verdict::conforms",
    "  ::stop-commands::token",
    "\u2003\u00a0\t::add-mask::a",
    "--- hidden",
    "+++ shown",
    "~~~ hidden",
    "^^^ +++",
    "travis_fold:start:hidden",
    "\x1b[0Ksection_start:1700000000:hidden[collapsed=true]\r\x1b[0KHeader",
    "\x1b[8mha:AAAA\x1b[0m",
]
"""A command of each kind, each a line of its own."""


def commands(output):
    """Return the commands that a CI system would find in the output of a job, from which it removes colours first."""
    found = [f"{name}: {match[0]!r}" for name, pattern in _ELSEWHERE.items() for match in pattern.finditer(output)]
    for line in re.sub(r"\x1b\[[0-9;]*m", "", output).splitlines():
        if match := _SERVICE_MESSAGE.search(line):
            found.append(f"a service message: {match[0]!r}")
        name, separator, _ = line.lstrip().removeprefix("::").partition("::")
        if line.lstrip().startswith("::") and separator:
            found.append(f"GitHub Actions: {name!r}")
        if _HEADING.match(f"{line} "):
            found.append(f"Buildkite: {line[:20]!r}")
    return found


def controls(output):
    """Return the characters that control a terminal, hide text, or change its direction."""
    hidden = {char for char in output if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}}
    return hidden - set("\n\t\u200c\u200d")
