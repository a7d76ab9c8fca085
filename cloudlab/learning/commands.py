"""What a command line runs: its programs and words, told from flags and their values.

`cd web && A=1 docker --context x build -t web .` runs `docker build`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

ASSIGNMENT = re.compile(r"^\w+=")
OPERATOR = re.compile(r"^[;&|()<>]+$")
#: Words that run the command that follows them.
BEFORE_A_COMMAND = {"env", "sudo", "time"}

#: Flags between a program and its verb whose value is the next word, where no "=" joins it.
_DOCKER = """
    -c --context -H --host -l --log-level --config --tlscacert --tlscert --tlskey
    -f --file -p --project-name --project-directory --profile --env-file --ansi --parallel
    --progress
"""
_KUBECTL = """
    -n --namespace -s --server -v --v --vmodule --context --cluster --user --kubeconfig --profile
    --as --as-group --as-uid --cache-dir --certificate-authority --client-certificate --client-key
    --token --username --password --request-timeout --tls-server-name
"""
VALUE_FLAGS = {"docker": set(_DOCKER.split()), "kubectl": set(_KUBECTL.split())}
#: Words of Docker's that may be left out: `docker image build` is `docker build`.
GROUPS = {"builder", "buildx", "container", "image"}
#: A program and its verb: the flags after them are many, and in no table of ours.
VERB_WORDS = 2


def runs(line: str, command: str) -> bool:
    """Whether the line runs `command`, whatever flags or settings stand around its words.

    A flag in `command` has to stand in the line: `docker compose up --build`.
    """
    return any(is_command(words, command) for words in simple_commands(line))


def is_command(words: list[str], command: str) -> bool:
    """The same, for one command that is taken apart already."""
    wanted = command.split()
    flags = [word for word in wanted if word.startswith("-")]
    return _begins(words, [one for one in wanted if one not in flags]) and set(flags) <= set(words)


def simple_commands(line: str) -> Iterator[list[str]]:
    """The commands of a line, each as its words, without settings before it."""
    words: list[str] = []
    for word in [*_words(line), ";"]:
        if not OPERATOR.match(word):
            words.append(word)
        elif words:
            yield _without_settings(words)
            words = []


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        return list(lexer)
    except ValueError:  # a quote that isn't closed: the shell refuses such a line, too
        return line.split()


def _without_settings(words: list[str]) -> list[str]:
    while words and (ASSIGNMENT.match(words[0]) or words[0] in BEFORE_A_COMMAND):
        words = words[1:]
    return words


def _begins(words: list[str], wanted: list[str]) -> bool:
    """Whether the words begin with those wanted, but for flags and their values in between."""
    if not words or words[0] != wanted[0]:
        return False
    with_value, met = VALUE_FLAGS.get(wanted[0], set()), 1
    after_flag = value_follows = False
    for word in words[1:]:
        if met == len(wanted):
            break
        if value_follows:
            value_follows = False
        elif word.startswith("-"):
            value_follows, after_flag = word in with_value, "=" not in word
        elif word == wanted[met]:
            met, after_flag = met + 1, False
        elif after_flag and met >= VERB_WORDS:
            after_flag = False  # a value, perhaps, of a flag of the verb's own
        elif not (wanted[0] == "docker" and met == 1 and word in GROUPS):
            return False
    return met == len(wanted)
