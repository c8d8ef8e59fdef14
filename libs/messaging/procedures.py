"""Every procedure one service may ask of another; both sides name these values."""

from libs.contracts.listing import Product
from libs.contracts.rpc import (
    ExtractRequest,
    IngestAccepted,
    IngestProgress,
    IngestProgressRequest,
    IngestRequest,
    SearchesRequest,
    SearchList,
    SourceList,
    SourcesRequest,
)
from libs.messaging.rpc import Procedure

INGEST = Procedure("poller", "ingest", IngestRequest, IngestAccepted)
INGEST_PROGRESS = Procedure("poller", "ingest_progress", IngestProgressRequest, IngestProgress)
SEARCHES = Procedure("poller", "searches", SearchesRequest, SearchList)
SOURCES = Procedure("poller", "sources", SourcesRequest, SourceList)
EXTRACT = Procedure("extractor", "extract", ExtractRequest, Product)
