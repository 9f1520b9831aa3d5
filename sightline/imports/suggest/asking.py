# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file does not say and somebody has to: questions, each with a sensible default."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that the file leaves open.

    Attributes
    ----------
    key
        What an answer is given under.
    text
        The question, for people.
    answer
        What holds now: what somebody said, else the default.
    why
        What the default rests on.
    options
        What it may be; any text when there are none.
    is_assumed
        Whether nobody has answered it.
    """

    key: str
    text: str
    answer: str
    why: str
    options: tuple[str, ...] = ()
    is_assumed: bool = True


@dataclass(slots=True)
class Asked:
    """Collects the questions of a suggestion, and what to warn of."""

    answers: Mapping[str, str] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def ask(
        self, key: str, text: str, default: str, why: str, options: tuple[str, ...] = ()
    ) -> str:
        """Return the answer to a question: what somebody said, else `default`.

        An answer that is none of the options does not count.
        """
        said = self.answers.get(key, "").strip()
        counts = bool(said) and (not options or said in options)
        answer = said if counts else default
        self.questions.setdefault(
            key, Question(key, text, answer, why, options, is_assumed=not counts)
        )
        return answer

    def warn(self, text: str) -> None:
        """Note what people should know, once."""
        if text not in self.warnings:
            self.warnings.append(text)
