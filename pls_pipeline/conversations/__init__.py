"""Messages into conversations: which belong together, in which order, and whether there is something to analyse.

Here: grouping, context from earlier imports, episodes, marks for automatic messages, the records that extraction
reads. Not here: which rows are the same message (messages.py), or what is found in a conversation (extraction/).
"""

from pls_pipeline.conversations.grouping import group_conversations
from pls_pipeline.conversations.options import GroupingOptions
from pls_pipeline.conversations.records import Conversation, ConversationMessage

__all__ = ["Conversation", "ConversationMessage", "GroupingOptions", "group_conversations"]
