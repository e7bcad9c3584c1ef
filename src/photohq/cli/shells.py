"""How completions are written for shells."""

import re
from typing import Any

from click.shell_completion import BashComplete, CompletionItem


class Bash(BashComplete):
    """bash puts completions on the line as they are, so names with blanks have to be escaped."""

    def format_completion(self, item: CompletionItem[Any]) -> str:
        if item.type != "plain":
            return super().format_completion(item)
        # Twice, since click's script reads backslashes as escapes, too.
        typed = re.sub(r"([^\w.,:/@%+=-])", r"\\\\\1", str(item.value))
        return f"plain,{typed}"
