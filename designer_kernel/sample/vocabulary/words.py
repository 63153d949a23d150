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

VERDICTS: Final[tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]] = (
    (
        ("Very disappointed", "Do not buy", "Broken on arrival", "Waste of money", "Never again", "Awful"),
        ("Stopped working after two days.", "Arrived broken and nobody answers.", "Nothing like the picture.", "It fell apart in my hands.", "I want my money back.", "The worst purchase this year."),
        ("I sent it back.", "Support never replied.", "One star is too many.", "Save your money.", "Still waiting for the refund."),
    ),
    (
        ("Not what I hoped for", "Poor quality", "Could be better", "Disappointing", "Too expensive for this"),
        ("Smaller than I thought, and it feels cheap.", "Delivery took far too long.", "The colour is different from the photo.", "Instructions were missing.", "Works, but only just."),
        ("I would not buy it again.", "The idea is good, the quality is not.", "Two stars for the quick refund.", "A pity."),
    ),
    (
        ("It is okay", "Average", "Does the job", "Fine for the price", "Mixed feelings"),
        ("Does what it should, nothing more.", "Good, but the packaging was damaged.", "Decent quality, a bit expensive.", "Took a while to get used to.", "The size runs a little small."),
        ("Okay overall.", "I might try another one next time.", "For the price it is fine.", "Nothing special, but it works."),
    ),
    (
        ("Good buy", "Happy with it", "Solid", "Nice", "Good value", "Would recommend"),
        ("Solid and well made.", "Easy to set up.", "Better than I expected.", "Great quality for the price.", "Looks even nicer than in the picture.", "Arrived a day early."),
        ("One star off for the packaging.", "I would buy it again.", "Only the cable could be longer.", "My neighbour has ordered one, too."),
    ),
    (
        ("Perfect", "Love it", "Excellent", "Exactly what I was looking for", "Five stars", "Highly recommended"),
        ("Exactly what I was looking for.", "My whole family uses it.", "Works perfectly.", "A lovely present.", "The best one I have had so far.", "Beautiful, and so well made."),
        ("Would buy again at once.", "Five stars, no question.", "Arrived early and well packed.", "I cannot find a single fault.", "Thank you!"),
    ),
)  # fmt: skip
"""Titles, first and second sentences of reviews for one to five stars."""

LIVES: Final = (
    "Joined the team three years ago.", "Likes plain answers.", "Came from a small town.", "Works best in the morning.",
    "Learned the trade from scratch.", "Has moved house nine times.", "Speaks two languages, and reads a third.",
    "Returned after some years abroad.", "Teaches a course in the evening.", "Used to work nights.",
    "Started as an apprentice.", "Looks after the newcomers.",
)  # fmt: skip
PASTIMES: Final = (
    "Plays chess by post.", "Grows tomatoes on a balcony.", "Sings in a choir.", "Goes to work by bicycle.",
    "Repairs old radios.", "Walks in the hills on Sundays.", "Bakes bread.", "Collects maps.", "Keeps two cats.",
    "Swims before breakfast.", "Reads crime novels.", "Paints a little.",
)  # fmt: skip
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
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36", 124, 142),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36", 124, 142),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{0}.0.0.0 Safari/537.36 Edg/{0}.0.0.0", 130, 142),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0", 126, 144),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0", 128, 144),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{} Safari/605.1.15", 0, 6),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_{0} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{0} Mobile/15E148 Safari/604.1", 0, 6),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_{0} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{0} Mobile/15E148 Safari/604.1", 0, 5),
    ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36", 124, 142),
    ("Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36", 130, 142),
)  # fmt: skip
"""Browsers, with the first and the last version that goes into the braces."""

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
