"""Files, hashes, addresses of the internet, reviews and companies agree with their rows, and lead nowhere."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from math import ceil

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.providers.internet import slugged
from designer_kernel.sample.rows.values import texts
from designer_kernel.sample.vocabulary.people import LAWFUL_FORMS
from designer_kernel.sample.vocabulary.words import FILE_TYPES, VERDICTS
from tests.designer_kernel.sample.drawn import drawn, lines, planned

NOWHERE = [ip_network(n) for n in ("10.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "fd00::/8")]
NOWHERE.append(ip_network("2001:db8::/32"))
RESERVED = r"([\w-]+\.)*example(\.(com|org|net))?"


def test_files_and_hashes(clean_url: str) -> None:
    script = """CREATE TABLE files (id int PRIMARY KEY, file_name text NOT NULL, extension text NOT NULL,
        mime_type text NOT NULL, storage_path text NOT NULL UNIQUE, sha256 char(64) NOT NULL, md5 text NOT NULL UNIQUE,
        mac_address text NOT NULL UNIQUE, app_version text NOT NULL, color char(7) NOT NULL, port int NOT NULL)"""
    files = drawn(planned(clean_url, script, rows={"files": 2000}), "files")
    types = dict(FILE_TYPES)
    for name, extension, mime, path in lines(files, "file_name", "extension", "mime_type", "storage_path"):
        assert name.endswith("." + extension)
        assert path.endswith("." + extension)
        assert types[extension] == mime
    assert all(re.fullmatch("[0-9a-f]{64}", item) for item in files["sha256"])
    assert all(re.fullmatch("[0-9a-f]{32}", item) for item in files["md5"])
    assert all(re.fullmatch("02(:[0-9a-f]{2}){5}", item) for item in files["mac_address"])
    assert all(re.fullmatch(r"\d+\.\d+\.\d+(-(rc|beta)\.\d)?", item) for item in files["app_version"])
    assert len(set(files["mac_address"])) == len(set(files["storage_path"])) == len(set(files["md5"])) == 2000


def test_the_internet_leads_nowhere(clean_url: str) -> None:
    script = """CREATE TABLE visits (id int PRIMARY KEY, ip inet NOT NULL, ip_address text NOT NULL, ipv6 inet NOT NULL,
        other text NOT NULL, six text NOT NULL, website text NOT NULL, url text NOT NULL, avatar_url text NOT NULL,
        referrer text NOT NULL, domain text NOT NULL, page_url text NOT NULL, user_agent text NOT NULL)"""
    columns = {
        "other": {"provider": "ip address", "network": "examples"},
        "six": {"provider": "ip address", "version": 6, "network": "examples"},
    }
    visits = drawn(planned(clean_url, script, hints={"tables": {"visits": {"columns": columns}}}), "visits")
    for column in ("ip", "ip_address", "ipv6", "other", "six"):
        for address in map(ip_address, visits[column]):
            assert any(address in network for network in NOWHERE if network.version == address.version)
            assert address.version == (6 if "6" in column or column == "six" else 4)
    for column in ("website", "url", "avatar_url", "referrer", "page_url"):
        hosts = {re.fullmatch(r"https://([^/]+)(/.*)?", item)[1] for item in visits[column]}
        assert all(re.fullmatch(RESERVED, host) for host in hosts), hosts
    assert all(re.fullmatch(RESERVED, host) for host in visits["domain"])
    assert all(item.startswith("Mozilla/5.0 (") for item in visits["user_agent"])


def test_a_host_that_may_be_somebodys_is_refused(clean_url: str) -> None:
    script = "CREATE TABLE pages (id int PRIMARY KEY, link text NOT NULL)"
    for start in ("https://shop.org/", "https://example.com.evil.io/", "ftp://"):
        hints = {"tables": {"pages": {"columns": {"link": {"provider": "url", "start": start}}}}}
        with pytest.raises(SamplePlanError, match="may be somebody's") as caught:
            planned(clean_url, script, hints=hints)
        assert caught.value.where == "public.pages.link.start"
        script = "SELECT 1"


def test_slugs_are_plain_whatever_the_letters() -> None:
    given = ["Crème Brûlée & Café", "Größe Łódź Ærø", "İzmir ışık", "東京", "  ", "a--b"]
    want = ["creme-brulee-cafe", "grosse-lodz-aero", "izmir-isik", "item", "item", "a-b"]
    assert slugged(texts(given)).to_pylist() == want


def test_reviews_agree_with_their_rating(clean_url: str) -> None:
    script = """CREATE TABLE reviews (id int PRIMARY KEY, rating int NOT NULL CHECK (rating BETWEEN 1 AND 5),
        title text NOT NULL, body text NOT NULL);
        CREATE TABLE product_ratings (id int PRIMARY KEY, score numeric(3,1) NOT NULL CHECK (score BETWEEN 1 AND 10),
        comment text NOT NULL)"""
    plan = planned(clean_url, script)
    for rating, title, body in lines(drawn(plan, "reviews"), "rating", "title", "body"):
        titles, first, second = VERDICTS[rating - 1]
        assert title in titles
        assert any(body == a or body in {f"{a} {b}" for b in second} for a in first), body
    for score, comment in lines(drawn(plan, "product_ratings"), "score", "comment"):
        stars = ceil(score / 2)
        assert any(comment.startswith(sentence) for sentence in VERDICTS[stars - 1][1]), (score, comment)


def test_companies_have_the_legal_forms_of_their_country(clean_url: str) -> None:
    script = """CREATE TABLE vendors (id int PRIMARY KEY, name text NOT NULL, legal_name text NOT NULL,
        country_code char(2) NOT NULL)"""
    vendors = drawn(planned(clean_url, script, rows={"vendors": 1500}), "vendors")
    for name, country in lines(vendors, "legal_name", "country_code"):
        assert any(name.endswith(form) or name.startswith(form) for form in LAWFUL_FORMS[country]), (name, country)
    assert len(set(vendors["legal_name"])) > 900
