"""Stage 5: one library of patterns over all imports, with ids that stay, versions and provenance."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from assets.extracted_patterns import extracted_patterns
from assets.review_decisions import review_decisions
from pls_pipeline.orchestration import library_facts
from pls_pipeline.orchestration.checks import judge_ids
from pls_pipeline.orchestration.library_changes import (
    describe_library,
    draw_changes,
    draw_origins,
    list_changes,
    observe_imports,
)
from pls_pipeline.orchestration.metadata import describe_columns
from pls_pipeline.orchestration.names import LIBRARY_GROUP, LIBRARY_POOL, OWNERS
from pls_pipeline.orchestration.people import load_business_numbers
from pls_pipeline.orchestration.previews import preview_library
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.soundness import find_unsound_imports
from pls_pipeline.orchestration.stage_results import show_stage
from pls_pipeline.tables import PATTERN_LIBRARY, PATTERN_PROVENANCE


@dg.asset(
    deps=[extracted_patterns, review_decisions],
    pool=LIBRARY_POOL,
    group_name=LIBRARY_GROUP,
    kinds={"python", "parquet"},
    owners=OWNERS,
    metadata=describe_columns(PATTERN_LIBRARY),
    # Businesses export monthly: a library that no import has reached for longer is told.
    freshness_policy=dg.FreshnessPolicy.time_window(warn_window=timedelta(days=35), fail_window=timedelta(days=70)),
)
def pattern_library(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> dg.MaterializeResult[None]:
    """The candidates of all sound imports, merged. Imports that break a fact are left out and named in the metadata.

    Versions, former ids, provenance and decisions lie in `pattern_versions`, `pattern_aliases`, `pattern_provenance`
    and `merge_decisions`. A run that changes nothing stores nothing.
    """
    from pls_pipeline.library import build_library
    from pls_pipeline.orchestration import judge_costs, library_store, merge_judge, reply_vectors

    opened = pipeline.open()
    with opened.lake.serialised(LIBRARY_POOL), opened.session() as session:
        imports = opened.registry.manifests()
        unsound = find_unsound_imports(session, [manifest.import_key for manifest in imports])
        sound = [manifest for manifest in imports if manifest.import_key not in unsound]
        candidates = library_store.load_candidates(session, [manifest.import_key for manifest in sound])
        before = library_store.load_library(opened.lake)
        embedder = reply_vectors.open_embedder(opened.lake, (item.response_template for item in candidates))
        judge = merge_judge.open_judge(opened, session, context.run.run_id)
        after = build_library(
            candidates,
            library_store.load_evidence(session, candidates),
            sound,
            before,
            library_store.choose_options(opened.settings),
            datetime.now(UTC).replace(tzinfo=None),
            library_store.load_reviews(opened.lake),
            embedder,
            judge,
        )
        merge_judge.store_verdicts(opened, judge)
        judge_costs.store_cost(opened.lake, judge, context.run)
        reply_vectors.store_vectors(opened.lake, embedder)
        library_store.store_library(opened.lake, before, after)
    changes = list_changes(before.versions, after.versions)
    for observation in observe_imports(extracted_patterns.key, changes):
        context.log_event(observation)
    counts = {"imports": len(sound), "imports_left_out": len(unsound), "candidates": len(candidates)}
    described = {**counts, **describe_library(before, after, changes), **merge_judge.describe_judge(judge)}
    previews = {
        "changes": draw_changes(changes),
        "imports": draw_origins(after.patterns),
        "patterns": preview_library(after.patterns),
    }
    stored, left_out = (PATTERN_LIBRARY, PATTERN_PROVENANCE), {"left_out": dg.MetadataValue.json(unsound)}
    return show_stage(opened.lake, stored, len(after.patterns), described, previews, further=left_out)


@dg.asset_check(asset=pattern_library, blocking=True)
def every_pattern_has_provenance(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """An operator's reply stands behind every pattern."""
    lake = pipeline.open().lake
    return judge_ids(
        library_facts.find_patterns_without_provenance(lake.read(PATTERN_LIBRARY), lake.read(PATTERN_PROVENANCE))
    )


@dg.asset_check(asset=pattern_library, blocking=True)
def provenance_names_living_patterns(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Every row of provenance belongs to a pattern of the library."""
    lake = pipeline.open().lake
    return judge_ids(library_facts.find_orphaned_provenance(lake.read(PATTERN_LIBRARY), lake.read(PATTERN_PROVENANCE)))


@dg.asset_check(asset=pattern_library, blocking=True)
def patterns_hold_no_personal_data(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """No pattern in use holds a number, address, card, code or password, but ours and what the settings call public.

    Where one does, nothing is published: reject or edit it (`pls review`), or add the value to PLS_PUBLIC_VALUES.
    """
    opened = pipeline.open()
    with opened.session() as session:
        public = [*opened.settings.public_values, *load_business_numbers(session)]
    return judge_ids(
        library_facts.find_personal_patterns(opened.lake.read(PATTERN_LIBRARY), public, opened.settings.default_region)
    )


@dg.asset_check(asset=pattern_library, blocking=True)
def no_two_patterns_share_a_template(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """A template is that of one pattern alone, retired and rejected ones apart."""
    return judge_ids(library_facts.find_shared_templates(pipeline.open().lake.read(PATTERN_LIBRARY)))
