"""What operators do, in the words of their trail."""

from enum import StrEnum


class OperatorAct(StrEnum):
    """A line of the trail."""

    SET_UP = "set_up"
    ORGANIZATION_OPENED = "organization_opened"
    ORGANIZATION_RENAMED = "organization_renamed"
    ORGANIZATION_SUSPENDED = "organization_suspended"
    ORGANIZATION_RESUMED = "organization_resumed"
    OWNER_INVITED = "owner_invited"
    REQUEST_DECLINED = "request_declined"
    OPERATOR_MADE = "operator_made"
    OPERATOR_ENDED = "operator_ended"
    MAIL_TRIED = "mail_tried"
