"""From a conversation to candidate patterns: the embedded extractor, the model's, and the runner that both share.

Here: the choice of the extractor. The model's client and the embedded rules are imported where they are first used.
"""

from pls_pipeline.extraction.knowledge import NOTHING, Knowledge
from pls_pipeline.extraction.records import Extractor
from pls_pipeline.settings import Settings

__all__ = ["make_extractor"]


def make_extractor(settings: Settings, knowledge: Knowledge = NOTHING) -> Extractor:
    """Make the extractor that the settings name, with what is known before it begins.

    Raises ExtractorSettingsError where a setting that it needs is missing.
    """
    if settings.extractor_in_force == "openai":
        from pls_pipeline.extraction.openai_settings import make_openai_extractor

        return make_openai_extractor(settings, knowledge)
    from pls_pipeline.extraction.embedded import EmbeddedExtractor

    return EmbeddedExtractor(settings.categories, settings.default_region, knowledge.people)
