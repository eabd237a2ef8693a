"""What a merge would do now: the same rules, nothing locked and nothing written."""

from webapp.domain.people.merge import MergeWay, require_mergeable
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.queries.people.records.merge import rows_to_merge
from webapp.services.merging.plan import Double, plan_merge


def rehearse_merge(*, kept_id: int, merged_id: int, way: MergeWay, organization_id: int | None = None) -> list[Double]:
    """Places that both have: one of each is kept. Raises what `merge_people` raises."""
    session = db.session()
    rows = rows_to_merge(session, (kept_id, merged_id), organization_id)
    if rows.keys() != {kept_id, merged_id}:
        raise Refused("merge_same" if kept_id == merged_id else "merge_person_gone")
    require_mergeable(rows[kept_id], rows[merged_id], way)
    return plan_merge(session, kept_id=kept_id, merged_id=merged_id).doubles
