"""The numbers a message runs between, as SQL expressions over the columns of DEDUPLICATED_MESSAGES.

Here: our own number, the other side, all others. Not here: what is done with them (placement.py, grouping.py).

Our own number is the sender of an outgoing message and the recipient of an incoming one. An incoming group text lists
other people beside us: there it is the recipient that is known to be ours, because the account's archive lists it, it
sends messages or is the only recipient of one; the first recipient where none is known. A text to ourselves runs
between our number and nobody.
"""

# Numbers known to be ours, in a column `number`. Reads the steps line_numbers, messages and earlier.
OWN_NUMBERS = """
SELECT DISTINCT number FROM (
    SELECT CASE WHEN direction = 'outgoing' THEN sender WHEN len(recipients) = 1 THEN recipients[1] END AS number
    FROM (FROM {messages} UNION ALL FROM {earlier})
    UNION ALL FROM {line_numbers}
) WHERE number IS NOT NULL
"""

# Reads the step own_numbers. The list is made for incoming group texts alone: CASE evaluates a branch only for the rows
# that reach it.
OWN_NUMBER = """
CASE WHEN direction = 'outgoing' THEN sender
    WHEN len(recipients) > 1
    THEN coalesce(list_min(list_intersect(recipients, (SELECT list(number) FROM {own_numbers}))), recipients[1])
    ELSE recipients[1] END
"""

# One number that is not ours: enough to find messages that may run between the same numbers.
OTHER_SIDE = "CASE WHEN direction = 'outgoing' THEN recipients[1] ELSE sender END"

# All numbers that are not ours, sorted. Needs a column own_number and the expression other_side.
PARTICIPANTS = """
CASE WHEN len(recipients) > 1
    THEN list_sort(list_distinct(list_filter(list_append(recipients, sender), lambda number: number <> own_number)))
    ELSE list_filter([{other_side}], lambda number: number IS DISTINCT FROM own_number AND number IS NOT NULL) END
"""
