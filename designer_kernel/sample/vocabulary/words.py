"""Sentences for descriptions, reviews, notes and titles, and lorem words."""

# ruff: noqa: E501 one sentence or browser a line

from __future__ import annotations

from typing import Final

LOREM: Final = (
    "lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do", "eiusmod", "tempor",
    "incididunt", "ut", "labore", "et", "dolore", "magna", "aliqua", "enim", "ad", "minim", "veniam", "quis",
    "nostrud", "exercitation", "ullamco", "laboris", "nisi", "aliquip", "ex", "ea", "commodo", "consequat", "duis",
    "aute", "irure", "in", "reprehenderit", "voluptate", "velit", "esse", "cillum", "fugiat", "nulla", "pariatur",
    "excepteur", "sint", "occaecat", "cupidatat", "non", "proident", "sunt", "culpa", "qui", "officia", "deserunt",
    "mollit", "anim", "id", "est", "laborum", "at", "vero", "eos", "accusamus", "iusto", "odio", "dignissimos",
    "ducimus", "blanditiis", "praesentium", "voluptatum", "deleniti", "atque", "corrupti", "quos", "dolores", "quas",
    "molestias", "excepturi", "similique", "harum", "quidem", "rerum", "facilis", "expedita", "distinctio", "nam",
    "libero", "tempore", "cum", "soluta", "nobis", "eligendi", "optio", "cumque", "impedit", "quo", "minus", "quod",
    "maxime", "placeat", "facere", "possimus", "omnis", "voluptas", "assumenda", "repellendus", "temporibus", "autem",
    "quibusdam", "officiis", "debitis", "necessitatibus", "saepe", "eveniet", "voluptates", "repudiandae",
    "recusandae", "itaque", "earum", "hic", "tenetur", "sapiente", "delectus", "reiciendis", "voluptatibus",
    "maiores", "alias", "perferendis", "doloribus", "asperiores", "repellat",
)  # fmt: skip
"""Words without meaning."""

OPENINGS: Final = (
    "Made for every day", "Built to last", "Designed with care", "A quiet favourite", "Light and sturdy",
    "Easy to clean", "Comfortable from the first day", "Ready to use out of the box", "Small enough for any shelf",
    "Tested by our own team", "Finished by hand", "Simple, useful, and good to look at", "Made in small batches",
    "Made from renewable materials", "A gift that gets used every day", "Repairable and long-lived",
)  # fmt: skip
"""Beginnings of a product's description."""

CLOSINGS: Final = (
    "Ships within two working days.", "Comes with a two-year warranty.", "Packed without plastic.",
    "Free returns within 30 days.", "Spare parts are available.", "Care instructions are included.",
    "Pairs well with the rest of the series.", "Suitable as a gift.", "Assembly takes about ten minutes.",
    "Wipe clean with a damp cloth.", "Dimensions may differ slightly.", "Keep in a dry place.",
)  # fmt: skip
"""Ends of a product's description."""

PRAISE: Final = (
    "Exactly what I was looking for.", "Better than I expected.", "Great quality for the price.", "Would buy again.",
    "Arrived a day early and well packed.", "My whole family uses it.", "Looks even nicer than in the picture.",
    "Solid and well made.", "Easy to set up.", "A lovely present.", "Works perfectly.", "Five stars, no question.",
)  # fmt: skip
"""Good reviews."""

BLAME: Final = (
    "Not what the picture promised.", "Stopped working after two weeks.", "Smaller than I thought.",
    "Delivery took far too long.", "The colour is different from the photo.", "Feels cheap.",
    "Instructions were missing.", "I sent it back.",
)  # fmt: skip
"""Bad reviews."""

MIDDLING: Final = (
    "Does what it should.", "Fine for the price.", "Good, but the packaging was damaged.", "Took a while to get used to.",
    "Decent quality, a bit expensive.", "Okay overall.", "Nothing special, but it works.", "The size runs a little small.",
)  # fmt: skip
"""Reviews between good and bad."""

NOTES: Final = (
    "Please leave at the front desk.", "Call before delivery.", "Gift wrap, please.", "Deliver after 5 pm.",
    "Ring twice.", "Leave with a neighbour if nobody is home.", "No plastic packaging, please.",
    "Invoice to the billing address.", "Fragile, handle with care.", "Customer asked for a callback.",
    "Checked by the warehouse.", "Address confirmed by phone.", "Combined with an earlier order.",
    "Updated on request of the customer.", "Waiting for stock.", "Sent a confirmation by e-mail.",
)  # fmt: skip
"""Notes on orders and tickets."""

TITLES: Final = (
    "Your order is on its way", "Welcome aboard", "Confirm your e-mail address", "A new sign-in to your account",
    "Your invoice is ready", "Back in stock", "Your weekly summary", "Payment received", "Your parcel was delivered",
    "Rate your purchase", "Password changed", "New arrivals this week", "Your refund is complete",
    "A reminder about your basket", "Planned maintenance on Sunday", "Your plan was renewed",
)  # fmt: skip
"""Titles of messages."""

USER_AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{} Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36",
)  # fmt: skip
"""Browsers; the version goes into the braces."""

PAGES: Final = (
    ("/", "Home"), ("/products", "All products"), ("/products/new", "New arrivals"), ("/products/sale", "Sale"),
    ("/cart", "Your basket"), ("/checkout", "Checkout"), ("/checkout/payment", "Payment"), ("/account", "Your account"),
    ("/account/orders", "Your orders"), ("/account/settings", "Settings"), ("/search", "Search"), ("/about", "About us"),
    ("/contact", "Contact"), ("/help", "Help"), ("/help/returns", "Returns"), ("/blog", "Journal"),
    ("/wishlist", "Wish list"), ("/stores", "Our stores"),
)  # fmt: skip
"""Paths and titles of a shop's pages."""

REFERRERS: Final = ("https://search.example/", "https://news.example/", "https://social.example/",
                    "https://mail.example/", "https://partner.example/offers", "https://blog.example/review")  # fmt: skip
"""Where visitors come from."""

FILE_NAMES: Final = (
    "invoice", "contract", "report", "minutes", "offer", "photo", "scan", "screenshot", "budget", "forecast", "receipt",
    "manual", "backup", "export", "presentation", "logo", "plan", "summary", "certificate", "drawing", "letter",
    "timesheet", "agenda", "survey", "statement",
)  # fmt: skip
"""Beginnings of file names."""

FILE_TYPES: Final = (
    ("pdf", "application/pdf"), ("jpg", "image/jpeg"), ("png", "image/png"), ("csv", "text/csv"),
    ("txt", "text/plain"), ("json", "application/json"), ("zip", "application/zip"), ("webp", "image/webp"),
    ("mp4", "video/mp4"), ("xml", "application/xml"), ("svg", "image/svg+xml"), ("gif", "image/gif"),
)  # fmt: skip
"""Extensions and their MIME types."""
