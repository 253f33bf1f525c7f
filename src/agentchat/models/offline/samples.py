"""Two long texts that show what streaming Markdown looks like here."""

STORY = """## The Terminal at the End of the Pier

**One.** There was a terminal at the end of the pier, and nobody remembered who had put it there. In the morning it showed the \
tide, in the evening it showed the stars, and in between it waited, its cursor blinking once a second, as patient as a lighthouse.

**Two.** One autumn a girl named Ida sat down in front of it and typed *hello*. The letters stood there, green and a little \
crooked. After a while an answer came, a few characters at a time, as if somebody very far away were pressing the keys with one \
finger:

> I can count, I can tell the time, and I can keep what you give me. I cannot dream. Will that do?

**Three.** "That will do," said Ida, who had enough dreams of her own. So they made an agreement. She would bring it questions, \
and it would say plainly which of them it understood. She brought

1. the number of gulls on the roof of the harbour office,
2. the time in Valparaíso, where her brother was a cook,
3. and a poem of three lines that she did not want to lose.

**Four.** It added the gulls, it told the time, and before it wrote the poem down it asked: *may I?* Nobody had ever asked her \
that. She thought about it, and pressed the key for yes, and the poem was there the next day, and the day after that.

**Five.** Then the winter storms came, and the power went out in the middle of a sentence. Ida ran along the pier with a lantern. \
The screen was dark. She waited. When the light came back, the sentence stood where it had broken off, and below it, in small \
letters:

> interrupted here · enter continues

**Six.** She pressed enter. They are still talking. If you walk along the pier on a quiet night you can hear the keys, and, now \
and then, somebody laughing at a sum.

*The end. This story is a fixed text of the offline demo model; a real model would have made one up for you.*
"""

MARKDOWN = """# Markdown, as it streams

This is a fixed sample of the offline demo model. It has *emphasis*, **strong words**, `inline code`, ~~a slip~~ and a link to \
[the CommonMark specification](https://spec.commonmark.org).

## Lists

- a list
  - with a list in it
  - and one more line
- with a second entry
- [x] a thing that is done
- [ ] a thing that is not

1. first
2. second
3. third

## Code

```python
from agentchat import Agent, Runner, function_tool


@function_tool
def add(a: int, b: int) -> int:
    \"\"\"Adds two numbers.\"\"\"
    return a + b


agent = Agent(name="Sums", instructions="Use the tool.", tools=[add])
print(Runner.run_sync(agent, "What is 17 + 4?").final_output)
```

## A table

| Key | Does | Where |
| --- | :---: | ---: |
| enter | sends | prompt |
| esc | stops | anywhere |
| ctrl+p | finds a command | anywhere |

## A quotation

> A program is never less than ninety per cent complete, and never more than ninety-five per cent.
>
> > Quotations can be nested.

### And a smaller heading

The last paragraph is only here to be long enough that a line has to be broken somewhere, whatever the width of the terminal is, \
so that one can see that the words move to the next line while they arrive and that nothing that was already there jumps.

---

Done.
"""
