"""One of a list: states of a life cycle, kinds, currencies, languages; weighted, since the world is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np

from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values, texts
from designer_kernel.sample.rows.written import Picked, written

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

WEIGHTS: Final = {
    "active": 80,
    "enabled": 80,
    "verified": 60,
    "published": 70,
    "delivered": 45,
    "completed": 55,
    "complete": 55,
    "succeeded": 80,
    "success": 80,
    "paid": 60,
    "captured": 60,
    "authorized": 6,
    "authorised": 6,
    "voided": 3,
    "declined": 3,
    "disputed": 1,
    "unpaid": 4,
    "uncollectible": 1,
    "no_show": 3,
    "partially_refunded": 2,
    "shipped": 18,
    "processing": 10,
    "confirmed": 9,
    "sent": 40,
    "read": 40,
    "pending": 8,
    "draft": 8,
    "new": 8,
    "open": 20,
    "queued": 5,
    "inactive": 10,
    "suspended": 3,
    "blocked": 2,
    "deleted": 2,
    "archived": 5,
    "cancelled": 5,
    "canceled": 5,
    "refunded": 3,
    "returned": 3,
    "failed": 4,
    "expired": 4,
    "rejected": 2,
    "closed": 25,
    "trial": 15,
    "basic": 40,
    "free": 50,
    "standard": 35,
    "pro": 20,
    "professional": 20,
    "premium": 15,
    "enterprise": 8,
    "customer": 70,
    "user": 70,
    "member": 60,
    "viewer": 30,
    "editor": 15,
    "staff": 10,
    "manager": 6,
    "support": 5,
    "admin": 4,
    "administrator": 4,
    "owner": 2,
    "shipping": 60,
    "billing": 30,
    "home": 50,
    "work": 25,
    "credit_card": 55,
    "card": 55,
    "paypal": 25,
    "bank_transfer": 10,
    "apple_pay": 10,
    "google_pay": 8,
    "stripe": 60,
    "charge": 75,
    "capture": 50,
    "authorization": 40,
    "authorisation": 40,
    "refund": 8,
    "void": 3,
    "chargeback": 1,
    "page_view": 50,
    "view": 50,
    "click": 25,
    "search": 15,
    "product_view": 30,
    "add_to_cart": 12,
    "checkout": 5,
    "purchase": 4,
    "signup": 2,
    "login": 10,
    "email": 55,
    "sms": 20,
    "push": 25,
    "in_app": 30,
    "low": 20,
    "normal": 60,
    "medium": 40,
    "high": 12,
    "urgent": 4,
    "critical": 3,
    "usd": 55,
    "eur": 25,
    "gbp": 10,
    "en": 55,
    "de": 12,
    "fr": 10,
    "es": 12,
    "true": 75,
    "false": 25,
}
"""How often well-known values occur; others weigh 20."""

LIFECYCLE: Final = (
    "draft", "new", "created", "submitted", "pending", "queued", "open", "scheduled", "placed", "received", "confirmed",
    "accepted", "assigned", "approved", "authorized", "authorised", "paid", "captured", "in_progress", "running",
    "processing", "in_review", "packed", "ready", "sent", "dispatched", "shipped", "in_transit", "out_for_delivery",
    "delivered", "opened", "fulfilled", "completed", "resolved", "done", "finished", "published", "read", "closed",
    "returned", "refunded",
)  # fmt: skip
"""States in the order in which they follow each other."""

_WELL_KNOWN: Final = {
    "currency": ("USD", "EUR", "GBP", "CHF", "SEK", "NOK", "CAD", "AUD"),
    "language": ("en", "de", "fr", "es", "it", "nl", "sv", "pt"),
    "locale": ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT"),
    "status": ("active", "inactive", "pending", "archived"),
    "order_status": ("pending", "confirmed", "processing", "shipped", "delivered", "cancelled"),
    "payment_status": ("succeeded", "pending", "failed", "refunded"),
    "plan": ("free", "basic", "pro", "enterprise"),
    "role": ("user", "manager", "admin"),
    "type": ("standard", "basic", "premium"),
    "address_type": ("shipping", "billing"),
    "payment_method": ("credit_card", "paypal", "bank_transfer", "apple_pay"),
    "provider": ("stripe", "paypal", "adyen"),
    "transaction_type": ("charge", "refund", "void"),
    "event_type": ("page_view", "product_view", "search", "add_to_cart", "checkout", "purchase", "login"),
    "channel": ("email", "sms", "push", "in_app"),
    "priority": ("low", "normal", "high", "urgent"),
    "device": ("desktop", "mobile", "tablet"),
    "carrier": ("UPS", "DHL", "FedEx", "Post"),
    "colour": ("Black", "White", "Grey", "Navy", "Blue", "Green", "Red", "Beige"),
    "size": ("XS", "S", "M", "L", "XL"),
    "unit": ("piece", "box", "kg", "l", "m"),
    "template": ("order_confirmation", "welcome", "password_reset", "shipping_update", "newsletter"),
    "theme": ("light", "dark", "system"),
    "source": ("web", "mobile", "api", "import"),
    "mime": ("image/jpeg", "image/png", "image/webp", "application/pdf"),
}


@dataclass(frozen=True, slots=True)
class Choice(Provider):
    """One of ``items``, as often as ``weights`` say; the same for all rows that ``by`` leads to one row."""

    items: tuple[Any, ...]
    weights: tuple[int, ...]
    by: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        source = frame.parent(self.by) if self.by else frame
        return taken(self.items, hashing.weighted(source.bits(column.name), self.weights))


@dataclass(frozen=True, slots=True)
class InTurn(Provider):
    """The items one after the other by a counter; distinct among as many rows as there are items.

    ``scattered`` begins at another item for each owner.
    """

    items: tuple[Any, ...]
    counter: Counter
    scattered: bool = False

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        index = frame.counted(self.counter)
        if self.scattered and self.counter.among == "owner":
            owner = frame.parent(frame.table.owner)
            index = index + hashing.below(owner.bits(*frame.name, column.name), len(self.items))
        return taken(self.items, index % len(self.items))


@dataclass(frozen=True, slots=True)
class Progress(Provider):
    """States in their order: the first row of an owner has the first state, the next one the second."""

    items: tuple[str, ...]

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return taken(self.items, np.minimum(frame.position("owner"), len(self.items) - 1))


@dataclass(frozen=True, slots=True)
class First(Provider):
    """``yes`` for the first row of each group (an owner, an ancestor or the whole table), ``no`` for the others."""

    yes: Any
    no: tuple[Any, ...]
    counter: Counter

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        rest = hashing.below(frame.bits(column.name), len(self.no)) + 1
        return taken((self.yes, *self.no), np.where(frame.counted(self.counter) == 0, 0, rest))


def taken(items: tuple[Any, ...], index: Any) -> Values:
    """Return items by index, as the kind of values that they are."""
    null = np.array([item is None for item in items])[index] if None in items else None
    known = next((item for item in items if item is not None), "")
    if isinstance(known, str):
        plain = tuple(item if item is not None else "" for item in items)
        return Values(written(Picked(words(plain) if len(plain) < 500 else texts(list(plain)), index)), null)
    filled = [known if item is None else item for item in items]
    if isinstance(known, UUID):
        return Values(np.frombuffer(b"".join(item.bytes for item in filled), np.uint8).reshape(-1, 16)[index], null)
    return Values(np.array(filled)[index], null)


def weights_of(items: tuple[Any, ...]) -> tuple[int, ...]:
    """Return how often each item occurs."""
    return tuple(WEIGHTS.get(str(item).lower(), 20) for item in items)


def in_lifecycle(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the states that follow each other, in order; side tracks such as cancelled are left out."""
    return tuple(sorted((i for i in items if i in LIFECYCLE), key=LIFECYCLE.index))


def _known(key: str) -> Any:
    def make(context: Context) -> Provider | None:
        items = _WELL_KNOWN[key]
        if key == "status" and context.has("shipped_at", "delivered_at", "shipping_address"):
            items = _WELL_KNOWN["order_status"]
        elif key in ("status", "type"):
            table = context.table.name[1]
            items = _WELL_KNOWN["payment_status"] if "pay" in table or "transaction" in table else items
            items = _WELL_KNOWN["order_status"] if key == "status" and "order" in table else items
            items = _WELL_KNOWN["address_type"] if key == "type" and "address" in table else items
        limit = context.column.form.length
        default = context.column.default.split("'")[1] if context.column.default.count("'") >= 2 else ""
        if default and default not in items and key not in ("currency", "language"):
            items = (default, *items)
        kept = tuple(i for i in items if limit is None or len(i) <= limit)
        by = context.scope if key == "currency" else ""
        return Choice(kept, weights_of(kept), by) if kept and context.unique is None else None

    return make


RULES = (
    Rule(r"(\w+_)?currency(_code)?", TEXT, _known("currency"), "its name says currency"),
    Rule(r"(\w+_)?lang(uage)?(_code)?", TEXT, _known("language"), "its name says language"),
    Rule(r"locale", TEXT, _known("locale"), "its name says locale"),
    Rule(r"(\w+_)?(status|state)", TEXT, _known("status"), "its name says status"),
    Rule(r"(\w+_)?(plan|tier)(_name)?", TEXT, _known("plan"), "its name says plan"),
    Rule(r"(\w+_)?role", TEXT, _known("role"), "its name says role"),
    Rule(r"payment_(method|type)|method", TEXT, _known("payment_method"), "its name says payment method"),
    Rule(r"(\w+_)?(provider|gateway|processor)", TEXT, _known("provider"), "its name says provider"),
    Rule(r"transaction_(type|kind)", TEXT, _known("transaction_type"), "its name says kind of transaction"),
    Rule(r"event(_type|_name|_kind)?|action", TEXT, _known("event_type"), "its name says kind of event"),
    Rule(r"(\w+_)?channel|delivery_method|medium", TEXT, _known("channel"), "its name says channel"),
    Rule(r"priority|severity|importance", TEXT, _known("priority"), "its name says priority"),
    Rule(r"device(_type)?|platform", TEXT, _known("device"), "its name says device"),
    Rule(r"carrier|courier|shipping_method", TEXT, _known("carrier"), "its name says carrier"),
    Rule(r"colou?r", TEXT, _known("colour"), "its name says colour"),
    Rule(r"size", TEXT, _known("size"), "its name says size"),
    Rule(r"unit(_of_measure)?|uom", TEXT, _known("unit"), "its name says unit"),
    Rule(r"(\w+_)?template(_name|_key)?", TEXT, _known("template"), "its name says template"),
    Rule(r"theme", TEXT, _known("theme"), "its name says theme"),
    Rule(r"(\w+_)?source|origin", TEXT, _known("source"), "its name says source"),
    Rule(r"mime(_type)?|content_type|file_type", TEXT, _known("mime"), "its name says file type"),
    Rule(r"(\w+_)?(type|kind|category_type)", TEXT, _known("type"), "its name says kind"),
)
