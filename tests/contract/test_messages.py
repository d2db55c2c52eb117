"""What services send one another. A change here is a change of the contract: only new optional fields are harmless."""

from __future__ import annotations

import dramatiq
import pytest

from ohdio_core.messages import CONTRACTS, Message

LARGEST_ID = 2**63 - 1


def test_the_contracts_are_these() -> None:
    assert {
        contract.__name__: (contract.actor, contract.queue, contract.model_json_schema()) for contract in CONTRACTS
    } == {
        "ScrapeCategory": (
            "scraper.scrape_category",
            "scraping",
            schema("ScrapeCategory", "scrape_id", "Scrape Id"),
        ),
        "ExtractMetadata": (
            "metadata.extract_metadata",
            "metadata",
            schema("ExtractMetadata", "audiobook_id", "Audiobook Id"),
        ),
        "DownloadAudiobook": (
            "downloader.download_audiobook",
            "downloads",
            schema("DownloadAudiobook", "queue_item_id", "Queue Item Id"),
        ),
        "CheckFollow": ("scraper.check_follow", "following", schema("CheckFollow", "follow_id", "Follow Id")),
    }


def schema(name: str, field: str, title: str) -> dict[str, object]:
    (contract,) = (contract for contract in CONTRACTS if contract.__name__ == name)
    return {
        "additionalProperties": False,
        "description": contract.__doc__,
        "properties": {field: {"title": title, "type": "integer"}},
        "required": [field],
        "title": name,
        "type": "object",
    }


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_a_message_takes_less_than_4_kb(contract: type[Message]) -> None:
    (field,) = contract.model_fields
    payload = contract.model_validate({field: LARGEST_ID}).model_dump(mode="json")
    encoded = dramatiq.Message(
        queue_name=contract.queue, actor_name=contract.actor, args=(), kwargs=payload, options={}
    ).encode()
    assert len(encoded) < 4096


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_a_message_survives_the_wire(contract: type[Message]) -> None:
    (field,) = contract.model_fields
    message = contract.model_validate({field: LARGEST_ID})
    assert contract.model_validate(message.model_dump(mode="json")) == message
