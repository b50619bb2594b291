from pls_pipeline.orchestration import library_facts


def _pattern(pattern_id: str, template: str = "t", status: str = "proposed") -> dict[str, str]:
    return {"pattern_id": pattern_id, "response_template": template, "status": status}


def test_a_customers_message_alone_is_no_provenance() -> None:
    patterns = [_pattern("p1"), _pattern("p2"), _pattern("p3", status="retired")]
    provenance = [{"pattern_id": "p1", "role": "response"}, {"pattern_id": "p2", "role": "trigger"}]
    assert library_facts.find_patterns_without_provenance(patterns, provenance) == ["p2"]


def test_provenance_of_no_pattern_is_found() -> None:
    assert library_facts.find_orphaned_provenance([_pattern("p1")], [{"pattern_id": "p9"}, {"pattern_id": "p1"}]) == [
        "p9"
    ]


def test_a_template_belongs_to_one_pattern_in_use() -> None:
    patterns = [_pattern("p1"), _pattern("p2"), _pattern("p3", "u"), _pattern("p4", "u", "rejected")]
    assert library_facts.find_shared_templates(patterns) == ["p1", "p2"]
