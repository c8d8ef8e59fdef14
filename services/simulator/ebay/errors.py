"""eBay's errors and warnings: their ids, HTTP codes and shapes."""

from services.simulator.answers import JsonResponse

REFUSALS: dict[int, tuple[int, str, str]] = {
    11001: (404, "REQUEST", "The specified item Id was not found."),
    11011: (409, "BUSINESS", "The specified marketplace is not supported."),
    12000: (
        500,
        "APPLICATION",
        "There was a problem with an eBay internal system or process. Contact eBay Developer support for assistance",
    ),
    12001: (400, "REQUEST", "The call must have a 'q', 'category_ids', 'epid' or 'gtin' query parameter, or all."),
    12004: (400, "REQUEST", "The 'offset' value should be zero or a positive multiple of the 'limit' value."),
    12005: (400, "REQUEST", "The 'offset' value should be an integer."),
    12006: (400, "REQUEST", "The 'limit' value should be between 1 and 200 (inclusive of both)."),
    12007: (400, "REQUEST", "The 'limit' value should be an integer."),
    12013: (409, "BUSINESS", "Browsing of a top-level category is not allowed without keywords."),
    12019: (409, "BUSINESS", "The specified marketplace is not supported by the Browse API."),
    12020: (409, "BUSINESS", "The specified fieldgroups cannot be used with more than one category."),
    12027: (400, "REQUEST", "The 'auto_correct' value is invalid."),
    12029: (400, "REQUEST", "The 'offset' value is beyond the maximum of 10,000 items."),
    12030: (400, "REQUEST", "The number of 'category_ids' values exceeds the maximum allowed."),
    12032: (400, "REQUEST", "The number of 'sellers' values exceeds the maximum of 250."),
    12033: (
        400,
        "REQUEST",
        "The 'qualifiedPrograms' filter needs the delivery filters 'deliveryCountry' and 'deliveryPostalCode'.",
    ),
    12034: (400, "REQUEST", "The 'buyingOptions' value is not supported with the given sort."),
    11501: (400, "REQUEST", "The 'fieldgroups' value is invalid."),
}
WARNINGS: dict[int, str] = {
    12002: "The filter value is invalid, and the filter was ignored.",
    12003: "The seller name is invalid, and was ignored.",
    12008: "The 'sort' value is invalid, and was ignored.",
    12009: "The 'category_ids' value is invalid, and was ignored.",
    12010: "The pickup filters are incomplete, and were ignored.",
    12011: "The 'deliveryCountry' filter is missing, and the filter that needs it was ignored.",
    12012: "The 'priceCurrency' filter is missing, and the 'price' filter was ignored.",
    12014: "The 'sellerAccountTypes' filter is not supported on this marketplace, and was ignored.",
    12015: "The 'deliveryPostalCode' filter was ignored.",
    12016: "The 'fieldgroups' value is invalid, and was ignored.",
    12017: "The 'aspect_filter' needs a categoryId that is also in 'category_ids', and was ignored.",
    12018: "The 'aspect_filter' value is invalid, and was ignored.",
    12021: "The 'epid' value is invalid, and was ignored.",
    12022: "The 'gtin' value is invalid, and was ignored.",
    12024: "The 'charity_ids' value is invalid, and was ignored.",
    12502: "The 'compatibility_filter' value is invalid, and was ignored.",
    12511: "The 'guaranteedDeliveryInDays' filter was ignored.",
}


class Refusal(Exception):  # noqa: N818 - the API calls it an error; here it is an answer
    """A whole request turned down: answered by the exception handler of the application."""

    def __init__(self, error_id: int, name: str = "", value: str = "") -> None:
        super().__init__(f"{error_id} {name}={value!r}")
        self.error_id, self.name, self.value = error_id, name, value

    def answer(self) -> JsonResponse:
        status, category, message = REFUSALS[self.error_id]
        return JsonResponse(
            {"errors": [_element(self.error_id, "API_BROWSE", category, message, self.name, self.value)]}, status
        )


def warning(error_id: int, name: str, value: str) -> dict[str, object]:
    """Answer a warning, which comes with HTTP 200: a part of the request was ignored."""
    return _element(error_id, "API_BROWSE", "REQUEST", WARNINGS[error_id], name, value)


def access_error(status: int, error_id: int, domain: str, message: str, long_message: str) -> JsonResponse:
    """Answer an error of the gate in front of the APIs."""
    element = {
        "errorId": error_id,
        "domain": domain,
        "category": "REQUEST",
        "message": message,
        "longMessage": long_message,
    }
    return JsonResponse({"errors": [element]}, status)


def _element(error_id: int, domain: str, category: str, message: str, name: str, value: str) -> dict[str, object]:
    element: dict[str, object] = {
        "errorId": error_id,
        "domain": domain,
        "category": category,
        "message": message,
        "longMessage": message,
    }
    if name:
        element["parameters"] = [{"name": name, "value": value}]
    return element
