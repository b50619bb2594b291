"""Episodes of a conversation, and which of its messages an analysis sees.

Here: SQL over the lists of one conversation, in its order. Not here: how the lists are made (grouping.py).

A thread goes on for years. A silence longer than the gap ends an episode; they are numbered from 1. What is analysed
are the episodes that hold a new message, whole, each with the last few messages before it as context.
Lists take the place of windows over all messages: they need no sorting and no join.
"""

# Messages shown before an episode. Enough for what the episode answers: a customer's last turn is seldom longer.
CONTEXT_MESSAGES = 6

# Adds to the rows of the expression `ordered`: `episodes`, {number, first, last} of each, by place in the conversation.
# Needs the column facts, a list of structs, of which `instant` is in microseconds, and the parameter gap.
EPISODES = """
SELECT *, list_transform(begins, lambda place, number: struct_pack(
    number, first := place, last := coalesce(begins[number + 1] - 1, len(facts)))) AS episodes
FROM (
    SELECT *, list_filter(range(1, len(facts) + 1), lambda place:
        place = 1 OR facts[place].instant - facts[place - 1].instant > $gap) AS begins
    FROM ({ordered})
)
"""

# Adds `begun`, the facts of the messages that begin an episode which holds a new message, and `shown`, the facts of all
# messages that an analysis sees. Needs the parameter context. A message is shown once, though it stand in an episode
# and in the context of the next. list_select, because an index into a list of structs within a lambda copies the list.
IN_VIEW = """
SELECT *, list_select(facts, list_transform(analysed, lambda episode: episode.first)) AS begun,
    list_select(facts, flatten(list_transform(analysed, lambda episode, i:
    range(greatest(episode.first - $context, coalesce(analysed[i - 1].last, 0) + 1), episode.last + 1)))) AS shown
FROM (
    SELECT *, list_filter(episodes, lambda episode:
        list_bool_or(news[episode.first:episode.last])) AS analysed
    FROM (SELECT *, list_transform(facts, lambda fact: fact.is_new) AS news FROM ({episodes}))
)
"""

# The number of each message's episode, in the order of messages.
EPISODE_NUMBERS = """
flatten(list_transform(episodes, lambda episode:
    list_resize([episode.number], episode.last - episode.first + 1, episode.number)))
"""
