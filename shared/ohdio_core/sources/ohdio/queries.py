"""The questions that are asked of OHdio's API: their texts, and the hashes of those that its web player asks.

Names and types are those seen in public clients (2025-2026) and in recorded answers (2026-04).
"""

from __future__ import annotations

from ohdio_core.sources.ohdio.graphql import Operation
from ohdio_core.sources.ohdio.links import Thing

_PICTURE = "picture { url }"
_DURATION = "duration { durationInSeconds }"
_NOT_FOUND = "... on PageError { code message }"

AUDIOBOOK = Operation(
    "audioBookById",
    f"""query audioBookById($params: AudioBookByIdInput!) {{ audioBookById(params: $params) {{
  __typename
  ... on AudioBook {{
    canonicalUrl
    header {{ title subtitle kicker summary {_DURATION} {_PICTURE} }}
    description {{ title }}
    content {{
      about {{ publisherInformation summary }}
      contentDetail {{
        items {{ ... on CardContentSummary {{ title url {_DURATION} playlistItemId {{ mediaId }} }} }}
        pagedConfiguration {{ totalNumberOfItems }}
      }}
    }}
    meta {{ image }}
  }}
  {_NOT_FOUND}
}} }}""",
)
AUDIOBOOK_HASH = "a676e346c1993bbfcf6924eac2f3e3d45ad3055721c6949b74fbd0d33a505a59"

_PROGRAMME_FIELDS = f"""
    canonicalUrl
    header {{ title subtitle summary {_PICTURE} }}
    description {{ title }}
    content {{
      contentDetail {{
        items {{ ... on CardContentSummary {{
          title url summary broadcastedFirstTimeAt isBroadcastedReplay {_DURATION} {_PICTURE}
          playlistItemId {{ mediaId globalId2 {{ id contentType {{ id }} }} }}
        }} }}
        pagedConfiguration {{ pageNumber pageSize totalNumberOfItems }}
      }}
    }}"""
PROGRAMME = Operation(
    "programmeById",
    "query programmeById($params: ProgrammeByIdInput!) { programmeById(params: $params) {\n  __typename"
    + "".join(
        f"\n  ... on {kind} {{{_PROGRAMME_FIELDS}\n  }}"
        for kind in ("EmissionBalado", "EmissionPremiere", "EmissionMusique", "EmissionGrandesSeries")
    )
    + "\n  ... on NotFoundError { codes message }\n} }",
)
#: By what the programme is; the player asks for each with a query of its own.
PROGRAMME_HASHES = {
    Thing.PODCAST: "3b505d1f3b3935981802bccab9c9ee63bbf6c5c55a0b996287fb789e1a90e660",
    Thing.PROGRAMME: "7e961f5b1091589230b1f56ca6be609d26e5c475934235103afb55589a397e0c",
    Thing.SERIES: "c09912897e8cd67f8cacc65842a16d65b10829f06cdedfedc50bdeb0acb9989c",
}
#: The same question as a later build of the player asks it (seen 2026-07), with other fields in its answer.
PODCAST_PAGE = Operation("programmeById", PROGRAMME.text, answer_key="program")
PODCAST_PAGE_HASH = "8aab6fa465968cefee6d31643c85170454dc79fe942ec56c0269fcde03fb83c3"

PLAYBACK = Operation(
    "playbackListByGlobalId",
    "query playbackListByGlobalId($params: PlaybackListByGlobalIdInput!) { playbackListByGlobalId(params: $params) {"
    "\n  __typename"
    + "".join(
        f"""
  ... on {kind} {{ hasNext items {{
    ... on PlaybackListItem {{ title subtitle productTitle mediaPlaybackItem {{ mediaId mediaSeekTime }} {_PICTURE} }}
    ... on PlaybackListItemEpisodePremiereCue {{ broadcastedFirstTimeAt {_DURATION} }}
  }} }}"""
        for kind in (
            "PlaybackListAudiobook",
            "PlaybackListEpisodeBalado",
            "PlaybackListEpisodeGrandesSeries",
            "PlaybackListEpisodeMusique",
            "PlaybackListEpisodePremiere",
            "PlaybackListClip",
        )
    )
    + "\n  ... on NotFoundError { message }\n} }",
)
PLAYBACK_HASH = "ae95ebffe69f06d85a0f287931b61e3b7bfb7485f28d4d906c376be5f830b8c0"

SEARCH = Operation(
    "searchPage",
    """query searchPage($params: SearchPageInput!) { searchPage(params: $params) {
  superLineup { lineups { items { __typename ... on Card { title url kicker subtitle } } } }
} }""",
)
