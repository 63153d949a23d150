"""Designs of any size that look like those of real companies: named areas, documents with lines, lists, events."""

from __future__ import annotations

import random
from uuid import UUID

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.edits import AddPart
from designer_kernel.design.identity import positional_id
from designer_kernel.design.naming import singular
from designer_kernel.design.objects import Area
from designer_kernel.design.parts import Index
from designer_kernel.diagram.palette import CARD_COLOURS
from designer_kernel.exchange.attribute_line import parse_line
from designer_kernel.lint import check

_COLUMNS = {
    "party": "name text!; email varchar(255) unique; phone varchar(32); tax_number varchar(32); "
    "country varchar(2)!; language varchar(2); is_active boolean!; credit_limit numeric(14,2); notes text",
    "document": "number varchar(32)! unique; status varchar(20)!; issued_on date!; due_on date; "
    "currency varchar(3)!; net numeric(14,2)!; tax numeric(14,2)!; remarks text",
    "line": "line_no integer!; description text; quantity numeric(12,3)!; unit varchar(8)!; "
    "unit_price numeric(12,2)!; discount numeric(5,2)",
    "item": "code varchar(64)! unique; name text!; description text; weight_grams integer; "
    "price numeric(12,2)!; status varchar(20)!; properties jsonb; released_on date",
    "place": "code varchar(16)! unique; name text!; street text; postal_code varchar(16); city text; "
    "country varchar(2)!; opens_at time; closes_at time",
    "event": "kind varchar(40)!; occurred_at timestamptz!; severity smallint; payload jsonb; "
    "ip_address inet; handled_at timestamptz",
    "period": "starts_on date!; ends_on date; hours numeric(6,2); rate numeric(10,4); is_approved boolean!",
    "list": "code varchar(20)! unique; label text!; sort_order smallint!; is_active boolean!",
    "notes": "body text!; written_at timestamptz!; is_internal boolean!",
    "files": "file_name varchar(255)!; media_type varchar(120)!; size_bytes bigint!; digest bytea",
    "changes": "old_status varchar(20); new_status varchar(20)!; changed_at timestamptz!; reason text",
    "tags": "tag varchar(60)!; added_at timestamptz!",
}  # fmt: skip
"""What entities of a sort have; ``!`` is NOT NULL."""

_AREAS = """
Customers: party customers < customer_groups segments; place customer_addresses < customers
  party contacts < customers; list customer_groups; list loyalty_tiers
  document loyalty_accounts < customers loyalty_tiers; event loyalty_bookings < loyalty_accounts
  period consents < customers; event customer_logins < customers; document complaints < customers
  event complaint_steps < complaints; list segments
Catalogue: list categories < categories; item products < categories brands attribute_sets
  item product_variants < products; list brands; files product_images < products; item bundles
  line bundle_parts < bundles product_variants; list attribute_sets; document price_lists
  line prices < price_lists product_variants; notes reviews < products customers; tags synonyms < categories
Sales: document quotes < customers; line quote_lines < quotes product_variants
  document orders < customers quotes sales_channels; line order_lines < orders product_variants
  changes order_changes < orders; list sales_channels; document returns < orders
  line return_lines < returns order_lines; item vouchers; event redemptions < vouchers orders
  document subscriptions < customers; event renewals < subscriptions
Warehouse: place warehouses; place bins < warehouses; line stock_levels < bins product_variants
  document stock_counts; line count_lines < stock_counts bins; document transfers < warehouses
  line transfer_lines < transfers bins; event stock_movements < stock_levels movement_kinds; list movement_kinds
  document pick_lists < warehouses; line picks < pick_lists order_lines; item packagings
Billing: document invoices < customers orders; line invoice_lines < invoices order_lines tax_rates
  document payments < invoices payment_methods; event payment_attempts < payments; list payment_methods
  document credit_notes < invoices; line credit_lines < credit_notes; document reminders < invoices; list tax_rates
  period tax_periods < tax_rates; document payouts; line payout_lines < payouts payments
Purchasing: party suppliers; place supplier_sites < suppliers; document purchase_orders < suppliers incoterms
  line purchase_lines < purchase_orders product_variants; document goods_receipts < purchase_orders
  line receipt_lines < goods_receipts purchase_lines; document supplier_invoices < suppliers
  line supplier_invoice_lines < supplier_invoices; document tenders < purchase_orders
  document bids < tenders suppliers; period supplier_contracts < suppliers; list incoterms
Shipping: party carriers; list carrier_services < carriers; document shipments < orders carriers
  line parcels < shipments packagings; event tracking_events < parcels; item shipping_labels < parcels
  document manifests < carriers; list shipping_zones; line zone_rates < shipping_zones carrier_services
  document customs_forms < shipments; event delivery_failures < parcels; place pickup_points < carriers
People: party employees < employees departments offices; list positions; list departments < departments
  period employments < employees positions; period absences < employees absence_kinds; list absence_kinds
  document payslips < employees; line payslip_lines < payslips; document reviews_of_year < employees
  period trainings < employees; item skills < trainings; place offices
Ledger: list accounts < accounts; document journal_entries; line postings < journal_entries accounts
  period fiscal_years; period fiscal_periods < fiscal_years; list cost_centres < departments
  document budgets < fiscal_years; line budget_lines < budgets accounts; item assets < accounts
  event depreciations < assets; document bank_accounts; event bank_transactions < bank_accounts
Support: document tickets < customers ticket_queues; notes ticket_messages < tickets; list ticket_queues
  files ticket_files < ticket_messages; period service_levels < ticket_queues; event escalations < tickets
  item articles; notes article_versions < articles; list article_topics < article_topics
  event article_votes < articles; document surveys < tickets; line survey_answers < surveys tickets
Marketing: document campaigns < audiences; document mailings < campaigns; event mailing_events < mailings contacts
  item landing_pages; event page_visits < landing_pages; list audiences; line audience_members < audiences contacts
  item banners < campaigns; event clicks < banners; document experiments; item experiment_arms < experiments
  event conversions < experiment_arms
Production: item bills_of_material < product_variants; line material_lines < bills_of_material
  document work_orders < bills_of_material; line operations < work_orders machines; item machines
  event machine_events < machines; place work_centres; period shifts < work_centres
  line shift_crews < shifts employees; document inspections < work_orders; line measurements < inspections
  list defect_codes < machines
Projects: document projects < customers project_kinds; period milestones < projects; document tasks < projects tasks
  period time_entries < tasks employees; line project_members < projects employees; document expenses < projects
  line expense_lines < expenses; files receipts < expenses; list project_kinds; event task_events < tasks
  notes decisions < projects; item deliverables < milestones
Fleet: item vehicles; party drivers < employees licence_classes; period leases < vehicles
  document repairs < vehicles; line repair_parts < repairs; event fuel_stops < vehicles drivers
  document trips < drivers vehicles; place stops < trips; event positions_of_vehicles < vehicles
  item tyres < vehicles; document accidents < vehicles; list licence_classes
Access: party users; list roles; line user_roles < users roles; list permissions
  line role_permissions < roles permissions; event sessions < users; item api_keys < users; event sign_ins < users
  document invitations < users; item devices < users; event password_resets < users
  list identity_providers < identity_providers
Properties: place buildings; place floors < buildings; place rooms < floors; period bookings < rooms employees
  party tenants; period rental_contracts < tenants rooms; document rent_invoices < rental_contracts
  document maintenance_jobs < buildings; item meters < rooms; event readings < meters; party caretakers < buildings
  item keys_of_rooms < rooms
Insurance: party insured; document policies < insured; line covers < policies perils; document claims < policies
  event claim_events < claims; document assessments < claims assessors; party assessors; list perils
  document premiums < policies; event collections < premiums; item insured_objects < policies
  list exclusions < policies
Events: document conferences < venues; place venues; place halls < venues; period talks < halls speakers
  party speakers; item badges < attendees; party attendees < conferences; document registrations < attendees
  line registration_items < registrations; party sponsors; document sponsorships < sponsors conferences
  notes talk_feedback < talks
Library: item titles < publishers genres; item copies < titles shelves; party authors
  line title_authors < titles authors; party readers; period loans < copies readers
  document reservations < titles readers; event overdue_notices < loans; document fines < loans; list shelves
  list genres < genres; party publishers
Health: party patients; period appointments < patients practitioners; party practitioners
  document prescriptions < practitioners patients; line doses < prescriptions; document lab_orders < patients
  line lab_results < lab_orders; list diagnoses; line findings < diagnoses patients; item medicines
  event vaccinations < patients medicines; document referrals < patients
Energy: place grid_nodes; item transformers < grid_nodes; item power_lines < grid_nodes
  item smart_meters < grid_nodes; event meter_values < smart_meters; document supply_contracts < smart_meters
  period tariffs; line tariff_steps < tariffs; event outages < grid_nodes; document field_orders < outages
  item sensors < transformers; event sensor_values < sensors
Content: item pages < pages templates; notes page_versions < pages; files media < pages; list menus
  line menu_items < menus pages; list templates; document translations < pages; tags page_tags < pages; item forms
  line form_fields < forms; event submissions < forms; item redirects < pages
Integration: item endpoints; document exports < endpoints; event export_runs < exports; document imports < endpoints
  event import_runs < imports; line import_errors < import_runs; item webhooks < endpoints
  event deliveries < webhooks; list mappings; line mapping_rules < mappings; item schedules
  event schedule_runs < schedules
Legal: document contracts < counterparties; line clauses < contracts; party counterparties
  document amendments < contracts; period obligations < contracts; document disputes < contracts
  event hearings < disputes; party law_firms; document legal_bills < law_firms disputes
  list jurisdictions < jurisdictions; files evidence < disputes; document data_requests < counterparties
Forecasts: document plans; period plan_periods < plans; line plan_values < plan_periods; item models
  event model_runs < models; line predictions < model_runs; list scenarios; line assumptions < scenarios
  document targets; line target_values < targets; event alerts < targets; item dashboards < targets
"""
"""Areas with their entities; ``<`` names what they refer to. Those of other areas count where they are drawn too."""

_SATELLITES = ("notes", "files", "changes", "tags")
_SHOP = ("Customers: users user_addresses reviews", "Catalogue: categories products product_variants product_images",
         "Sales: orders order_items payments", "Warehouse: warehouses stock_levels")  # fmt: skip
_SHOP_LINES = {
    "users": "email varchar(255)! unique; full_name text!; password_hash bytea!; last_login timestamptz",
    "user_addresses": "line1 text!; city text!; postal_code varchar(16)!; country varchar(2)!",
    "reviews": "stars smallint!; title varchar(120); body text; written_at timestamptz!",
    "categories": "name varchar(120)!; slug varchar(120)! unique; sort_order integer!",
    "products": "sku varchar(64)! unique; name text!; description text; status varchar(20)!; properties jsonb",
    "product_variants": "title text!; price numeric(12,2)!; weight_grams integer",
    "product_images": "url text!; alt_text varchar(255); sort_order smallint!",
    "orders": "number varchar(32)! unique; status varchar(20)!; currency varchar(3)!; "
    "total numeric(14,2)!; placed_at timestamptz!",
    "order_items": "quantity integer!; unit_price numeric(12,2)!; discount numeric(5,2)",
    "payments": "method varchar(30)!; amount numeric(14,2)!; paid_at timestamptz",
    "warehouses": "code varchar(16)! unique; name text!; city text!",
    "stock_levels": "quantity integer!; reserved integer!; counted_at timestamptz",
}
_SHOP_TIES = """users 1-0..N user_addresses; users 1-0..N orders; user_addresses 0..1-0..N orders; users 1-0..N reviews
products 1-0..N reviews; categories 0..1-0..N categories; categories 1-0..N products; products 1-1..N product_variants
products 1-0..N product_images; orders 1-1..N order_items; product_variants 1-0..N order_items; orders 1-0..N payments
warehouses 1-0..N stock_levels; product_variants 1-0..N stock_levels"""

Sorts = dict[str, tuple[str, tuple[str, ...]]]


def shop() -> Design:
    """Return a shop of twelve entities in four areas."""
    areas = {line.partition(":")[0]: line.partition(":")[2].split() for line in _SHOP}
    lines = {name: text.split("; ") for name, text in _SHOP_LINES.items()}
    ties = [tuple(tie.split()) for line in _SHOP_TIES.splitlines() for tie in line.split("; ")]
    return _design("shop", areas, lines, [(one, other, *ends.split("-")) for one, ends, other in ties])


def company(count: int, *, seed: int = 3) -> Design:
    """Return the database of a company with ``count`` entities, of which 300 are its own and the rest stand by them."""
    chance = random.Random(seed)
    areas, sorts = _sorts(count)
    lines = {name: _lines(chance, sort) for name, (sort, _parents) in sorts.items()}
    ties = [
        (parent, name, "0..1" if parent == name or chance.random() < 0.2 else "1", "0..N")
        for name, (_sort, parents) in sorts.items()
        for parent in parents
        if parent in sorts
    ]
    return _design("company", areas, lines, ties)


def _sorts(count: int) -> tuple[dict[str, list[str]], Sorts]:
    """Return the entities of each area, and of each entity its sort and what it refers to."""
    areas: dict[str, list[str]] = {}
    sorts: Sorts = {}
    for block in _AREAS.strip().replace("\n  ", "; ").splitlines():
        area, _, text = block.partition(": ")
        for part in text.split("; "):
            if len(sorts) == min(count, 300):
                break
            own, _, parents = part.partition(" < ")
            sort, name = own.split()
            sorts[name] = (sort, tuple(parents.split()))
            areas.setdefault(area, []).append(name)
    core = list(sorts)
    for satellite in _SATELLITES:
        for name in core:
            if len(sorts) == count:
                return areas, sorts
            beside = f"{singular(name)}_{satellite}"
            if beside in sorts:
                continue
            sorts[beside] = (satellite, (name,))
            next(members for members in areas.values() if name in members).append(beside)
    return areas, sorts


def _lines(chance: random.Random, sort: str) -> list[str]:
    """Return some of the attributes of a sort, in their order; the first always."""
    first, *rest = _COLUMNS[sort].split("; ")
    kept = chance.sample(range(len(rest)), k=chance.randint((len(rest) + 1) // 2, len(rest)))
    return [first, *(rest[index] for index in sorted(kept))]


def _design(
    name: str, areas: dict[str, list[str]], lines: dict[str, list[str]], ties: list[tuple[str, str, str, str]]
) -> Design:
    ids = {entity: positional_id(number + 1, entity) for number, entity in enumerate(lines)}
    entities = tuple(
        Entity(id=ids[entity], name=entity, attributes=tuple(_attributes(entity, ["id bigint primary key", *texts])))
        for entity, texts in lines.items()
    )
    relationships = tuple(
        Relationship(
            id=positional_id(number + 1, "tie"),
            source_entity_id=ids[source],
            target_entity_id=ids[target],
            source_cardinality=one,
            target_cardinality=other,
        )
        for number, (source, target, one, other) in enumerate(ties)
    )
    drawn = tuple(
        Area(
            id=positional_id(number + 1, "area"),
            name=area,
            colour=CARD_COLOURS[number % len(CARD_COLOURS)],
            members=tuple(ids[member] for member in members),
        )
        for number, (area, members) in enumerate(areas.items())
    )
    whole = Design(id=UUID(int=7), name=name, entities=entities, relationships=relationships, areas=drawn)
    return _with_indexes(whole)


def _with_indexes(design: Design) -> Design:
    """Return the design with the indexes that foreign keys want."""
    wanted: dict[UUID, list[Index]] = {}
    for finding in check(design):
        if isinstance(finding.mend, AddPart) and isinstance(finding.mend.part, Index):
            wanted.setdefault(finding.mend.entity_id, []).append(finding.mend.part)
    entities = tuple(entity.replace(indexes=tuple(wanted.get(entity.id, ()))) for entity in design.entities)
    return design.replace(entities=entities)


def _attributes(entity: str, texts: list[str]) -> list[Attribute]:
    return [
        parse_line(text.replace("!", " not null")).replace(id=positional_id(number + 1, entity, text))
        for number, text in enumerate(texts)
    ]
