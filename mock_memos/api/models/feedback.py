"""add/feedback. Its response is `TaskStarted`, as for add/message."""

from mock_memos.api.models.base import Annotated, ConversationId, Request, UserId, field


class AddFeedback(Request):
    user_id: Annotated[UserId, field("The owner of the memories", required=True, example="ana")] = (
        ""
    )
    feedback_content: Annotated[
        str,
        field("What is wrong, in natural language", required=True,
              example="It is the Garden Inn, not the Harbour Inn."),
    ] = ""  # fmt: skip
    conversation_id: Annotated[
        ConversationId,
        field("Documented as required; generated if absent, because official clients omit it",
              "sdk", required="strict", example="c1"),
    ] = ""  # fmt: skip
    agent_id: Annotated[str, field("Marks the new memory")] = ""
    app_id: Annotated[str, field("A filter field of the new memory")] = ""
    feedback_time: Annotated[
        str, field("A formatted time or words; the time of receipt by default")
    ] = ""
    allow_public: Annotated[bool, field("The correction is also written to the public memory")] = (
        False
    )
    allow_knowledgebase_ids: Annotated[
        list[str], field("The correction is also written to these knowledge bases")
    ] = []
