"""What a server says of its objects in plain SQL: a name and a definition each, so that files can check themselves.

A file that somebody runs with psql has none of our introspection. So it asks the server's own functions, and compares
with what a rehearsal answered to the same question. Definitions may differ between versions of the server, and depend
on the search path; whoever asks sets that first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import psycopg

from designer_kernel.catalog.literals import literal
from designer_kernel.postgres.own_schemas import OWN_SCHEMAS

_PRIVILEGES: Final = """
    SELECT o.class, o.id, format('privileges on %s %s', i.type, i.identity),
        string_agg(DISTINCT format('%s: %s%s', coalesce(r.rolname, 'PUBLIC'), a.privilege_type,
            CASE WHEN a.is_grantable THEN ' with grant option' END), ', ')
    FROM (
        SELECT 'pg_class'::regclass AS class, oid AS id, 0 AS part, relowner AS owner,
            coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) AS acl
        FROM pg_class WHERE relkind <> 'i' AND relkind <> 'I' AND relkind <> 'c'
        UNION ALL
        SELECT 'pg_class'::regclass, attrelid, attnum, relowner, attacl
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attacl IS NOT NULL
        UNION ALL
        SELECT 'pg_namespace'::regclass, oid, 0, nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
        UNION ALL
        SELECT 'pg_proc'::regclass, oid, 0, proowner, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
        UNION ALL
        SELECT 'pg_type'::regclass, oid, 0, typowner, coalesce(typacl, acldefault('T', typowner))
        FROM pg_type WHERE typtype IN ('d', 'e', 'r') OR typtype = 'b' AND typelem = 0
            OR typtype = 'c' AND (SELECT relkind FROM pg_class c WHERE c.oid = typrelid) = 'c'
        UNION ALL
        SELECT 'pg_language'::regclass, oid, 0, lanowner, lanacl FROM pg_language
        UNION ALL
        SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwowner, fdwacl FROM pg_foreign_data_wrapper
        UNION ALL
        SELECT 'pg_foreign_server'::regclass, oid, 0, srvowner, srvacl FROM pg_foreign_server
    ) o
    CROSS JOIN LATERAL aclexplode(o.acl) a
    CROSS JOIN LATERAL pg_identify_object(o.class, o.id, o.part) i
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE (o.id >= 16384 OR o.id = 'public'::regnamespace) AND a.grantee <> o.owner
    GROUP BY o.class, o.id, i.type, i.identity"""

BRANCHES: Final[Mapping[str, str]] = {
    "schema": """
    SELECT 'pg_namespace'::regclass, oid, format('schema %I', nspname), 'there' FROM pg_namespace""",
    "extension": """
    SELECT 'pg_extension'::regclass, oid, format('extension %I', extname), extnamespace::regnamespace::text
    FROM pg_extension""",
    "relation": """
    SELECT 'pg_class'::regclass, c.oid,
        format('%s %I.%I', CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
            WHEN 'f' THEN 'foreign table' ELSE 'table' END, n.nspname, c.relname),
        concat_ws(' ', CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END, a.amname,
            'partitioned by ' || pg_get_partkeydef(c.oid),
            (SELECT 'below ' || string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno)
                FROM pg_inherits h WHERE h.inhrelid = c.oid),
            pg_get_expr(c.relpartbound, c.oid), c.reloptions::text, t.reloptions::text,
            nullif(c.reloftype, 0)::regtype::text,
            CASE WHEN c.relrowsecurity THEN 'row security' END,
            CASE WHEN c.relforcerowsecurity THEN 'forced row security' END, 'replica identity ' || c.relreplident::text,
            CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_am a ON a.oid = c.relam LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')""",
    "column": """
    SELECT 'pg_class'::regclass, c.oid, format('column %I.%I.%I', n.nspname, c.relname, a.attname),
        concat_ws(' ', format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || a.attcollation::regcollation::text END,
            CASE WHEN a.attnotnull THEN 'not null' END,
            CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
            CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
            'default ' || pg_get_expr(d.adbin, d.adrelid), CASE WHEN a.attstorage <> t.typstorage
                THEN 'storage ' || a.attstorage::text END, nullif(a.attcompression::text, ''),
            'statistics ' || nullif(a.attstattarget, -1), a.attoptions::text)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')""",
    "constraint": """
    SELECT 'pg_constraint'::regclass, k.oid,
        format('constraint %I of %s', k.conname,
            coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text)),
        pg_get_constraintdef(k.oid)
    FROM pg_constraint k WHERE k.contype <> 't'""",
    "index": """
    SELECT 'pg_class'::regclass, c.oid, format('index %I.%I', n.nspname, c.relname),
        concat_ws(' ', pg_get_indexdef(i.indexrelid), CASE WHEN i.indisclustered THEN 'clustered' END,
            CASE WHEN i.indisreplident THEN 'replica identity' END, CASE WHEN NOT i.indisvalid THEN 'not valid' END,
            (SELECT string_agg(format('statistics %s of %s', a.attstattarget, a.attnum), ', ' ORDER BY a.attnum)
                FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0))
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE (i.indisvalid OR c.relkind = 'I') AND n.nspname <> 'pg_toast'""",
    "sequence": """
    SELECT 'pg_class'::regclass, c.oid, format('sequence %I.%I', n.nspname, c.relname),
        concat_ws(' ', s.seqtypid::regtype, 'start', s.seqstart, 'by', s.seqincrement, 'from', s.seqmin, 'to', s.seqmax,
            'cache', s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END,
            (SELECT format('of %s.%I', a.attrelid::regclass, a.attname) FROM pg_depend d
                JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
                    AND d.deptype IN ('a', 'i')))
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace""",
    "routine": """
    SELECT 'pg_proc'::regclass, p.oid, format('%s %s', CASE p.prokind WHEN 'p' THEN 'procedure'
            WHEN 'a' THEN 'aggregate' ELSE 'function' END, p.oid::regprocedure),
        CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE concat_ws(' ', pg_get_function_result(p.oid),
            g.aggtransfn, g.aggtranstype::regtype, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn,
            g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn, g.aggfinalmodify, g.aggsortop::regoperator, g.aggkind,
            g.agginitval, p.proparallel) END
    FROM pg_proc p LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid""",
    "type": """
    SELECT 'pg_type'::regclass, t.oid, format('type %I.%I', n.nspname, t.typname),
        concat_ws(' ', t.typtype, CASE WHEN NOT t.typisdefined THEN 'shell' END,
            (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                FROM pg_enum e WHERE e.enumtypid = t.oid),
            CASE t.typtype WHEN 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
                CASE WHEN t.typcollation <> b.typcollation THEN 'collate ' || t.typcollation::regcollation::text END,
                CASE WHEN t.typnotnull THEN 'not null' END, 'default ' || t.typdefault)
            WHEN 'r' THEN (SELECT concat_ws(' ', r.rngsubtype::regtype, nullif(r.rngcollation, 0)::regcollation,
                r.rngcanonical, r.rngsubdiff) FROM pg_range r WHERE r.rngtypid = t.oid)
            WHEN 'b' THEN concat_ws(' ', t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout,
                t.typlen, t.typbyval, t.typalign, t.typstorage, t.typcategory, t.typispreferred, t.typdelim) END)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_type b ON b.oid = t.typbasetype
    WHERE t.typtype IN ('d', 'e', 'r', 'p') OR t.typtype = 'b' AND t.typelem = 0
        OR t.typtype = 'c' AND (SELECT relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c'""",
    "trigger": """
    SELECT 'pg_trigger'::regclass, t.oid, format('trigger %I on %s', t.tgname, t.tgrelid::regclass),
        concat_ws(' ', pg_get_triggerdef(t.oid), CASE t.tgenabled WHEN 'O' THEN NULL ELSE t.tgenabled END)
    FROM pg_trigger t WHERE NOT t.tgisinternal""",
    "rule": """
    SELECT 'pg_rewrite'::regclass, r.oid, format('rule %I on %s', r.rulename, r.ev_class::regclass),
        concat_ws(' ', pg_get_ruledef(r.oid), CASE r.ev_enabled WHEN 'O' THEN NULL ELSE r.ev_enabled END)
    FROM pg_rewrite r WHERE r.rulename <> '_RETURN'""",
    "policy": """
    SELECT 'pg_policy'::regclass, p.oid, format('policy %I on %s', p.polname, p.polrelid::regclass),
        concat_ws(' ', p.polcmd, CASE WHEN NOT p.polpermissive THEN 'restrictive' END,
            (SELECT 'to ' || string_agg(r.rolname, ', ' ORDER BY r.rolname) FROM pg_roles r
                WHERE r.oid = ANY(p.polroles)),
            'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy p""",
    "statistics": """
    SELECT 'pg_statistic_ext'::regclass, s.oid, format('statistics %I.%I', n.nspname, s.stxname),
        concat_ws(' ', pg_get_statisticsobjdef(s.oid), 'target ' || nullif(s.stxstattarget, -1))
    FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace""",
    "publication": """
    SELECT 'pg_publication'::regclass, p.oid, format('publication %I', p.pubname),
        concat_ws(' ', to_jsonb(p) - '{oid,pubname,pubowner}'::text[],
            (SELECT string_agg((to_jsonb(t) - 'pubname')::text, ', ' ORDER BY t.schemaname, t.tablename)
                FROM pg_publication_tables t WHERE t.pubname = p.pubname))
    FROM pg_publication p""",
    "collation": """
    SELECT 'pg_collation'::regclass, c.oid, format('collation %I.%I', n.nspname, c.collname),
        (to_jsonb(c) - '{oid,collname,collnamespace,collowner,collversion}'::text[])::text
    FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace""",
    "operator": """
    SELECT 'pg_operator'::regclass, o.oid, format('operator %s', o.oid::regoperator),
        concat_ws(' ', o.oprcode, o.oprresult::regtype, nullif(o.oprcom, 0)::regoperator,
            nullif(o.oprnegate, 0)::regoperator, o.oprrest, o.oprjoin, o.oprcanmerge, o.oprcanhash)
    FROM pg_operator o""",
    "text search": """
    SELECT 'pg_ts_dict'::regclass, d.oid, format('text search dictionary %I.%I', n.nspname, d.dictname),
        concat_ws(' ', d.dictinitoption) FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace
    UNION ALL
    SELECT 'pg_ts_config'::regclass, c.oid, format('text search configuration %I.%I', n.nspname, c.cfgname),
        concat_ws(' ', (SELECT string_agg(format('%s %s', m.maptokentype, m.mapdict::regdictionary), ', '
            ORDER BY m.maptokentype, m.mapseqno) FROM pg_ts_config_map m WHERE m.mapcfg = c.oid))
    FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace""",
    "event trigger": """
    SELECT 'pg_event_trigger'::regclass, e.oid, format('event trigger %I', e.evtname),
        concat_ws(' ', e.evtevent, e.evtfoid::regprocedure, e.evtenabled, e.evttags::text)
    FROM pg_event_trigger e""",
    "foreign server": """
    SELECT 'pg_foreign_server'::regclass, s.oid, format('server %I', s.srvname),
        concat_ws(' ', w.fdwname, s.srvtype, s.srvversion)
    FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw""",
    "other": """
    SELECT o.class, o.id, format('%s %s', i.type, i.identity), 'there'
    FROM (
        SELECT 'pg_cast'::regclass AS class, oid AS id FROM pg_cast
        UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
        UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform
        UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
        UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
        UNION ALL SELECT 'pg_amop'::regclass, oid FROM pg_amop
        UNION ALL SELECT 'pg_amproc'::regclass, oid FROM pg_amproc
        UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am
        UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
        UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
        UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
        UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'pg_user_mapping'::regclass, umid FROM pg_user_mappings
    ) o
    CROSS JOIN LATERAL pg_identify_object(o.class, o.id, 0) i
    WHERE o.id >= 16384""",
    "default privileges": """
    SELECT 'pg_default_acl'::regclass, d.oid,
        format('default privileges%s for %s%s', ' of ' || nullif(d.defaclrole, current_user::regrole)::regrole::text,
            d.defaclobjtype, ' in ' || nullif(d.defaclnamespace, 0)::regnamespace::text),
        (SELECT string_agg(format('%s: %s%s', coalesce(r.rolname, 'PUBLIC'), a.privilege_type,
            CASE WHEN a.is_grantable THEN ' with grant option' END), ', ' ORDER BY r.rolname, a.privilege_type)
            FROM aclexplode(d.defaclacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
            WHERE a.grantee <> d.defaclrole)
    FROM pg_default_acl d""",
    "owner": """
    SELECT o.class, o.id, format('owner of %s %s', i.type, i.identity), r.rolname
    FROM (
        SELECT 'pg_class'::regclass AS class, oid AS id, relowner AS owner FROM pg_class
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        UNION ALL SELECT 'pg_namespace'::regclass, oid, nspowner FROM pg_namespace
        UNION ALL SELECT 'pg_proc'::regclass, oid, proowner FROM pg_proc
        UNION ALL SELECT 'pg_type'::regclass, oid, typowner FROM pg_type WHERE typtype IN ('d', 'e', 'r')
    ) o
    CROSS JOIN LATERAL pg_identify_object(o.class, o.id, 0) i JOIN pg_roles r ON r.oid = o.owner
    WHERE o.id >= 16384 OR o.id = 'public'::regnamespace""",
    "privileges": _PRIVILEGES,
    "comment": """
    SELECT d.classoid::regclass, d.objoid, format('comment on %s %s', i.type, i.identity), d.description
    FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
    WHERE d.objoid >= 16384 OR d.objoid = 'public'::regnamespace""",
    "security label": """
    SELECT l.classoid::regclass, l.objoid, format('label of %s on %s %s', l.provider, i.type, i.identity), l.label
    FROM pg_seclabel l CROSS JOIN LATERAL pg_identify_object(l.classoid, l.objoid, l.objsubid) i""",
}  # fmt: skip
"""By kind, a query for the objects of a database: the server's catalog and number of each, its name, its definition."""

SHORTENED: Final = "CASE WHEN length(definition) > 240 THEN 'md5 ' || md5(definition) ELSE coalesce(definition, '') END"
"""A definition as it is compared: of one that is too long to be repeated in a file, the MD5."""


Descriptions: TypeAlias = Mapping[tuple[str, str], str]
"""Definitions by kind and name."""


_NOT_OURS: Final = re.compile(rf"\b(?:{'|'.join(OWN_SCHEMAS)})\b")


def union(kinds: Iterable[str]) -> str:
    """Return the query for the objects of kinds; each row begins with the kind."""
    return "\nUNION ALL\n".join(f"SELECT {literal(kind)}, x.* FROM ({BRANCHES[kind]}\n) x" for kind in kinds)


_ALL: Final = f"""
    SELECT kind, object, {SHORTENED}
    FROM ({union(BRANCHES)}) there (kind, class, id, object, definition)
    WHERE (id >= 16384 OR object LIKE '% public') AND (kind <> 'owner' OR definition <> current_user)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = class AND d.objid = id AND d.deptype = 'e')
""".encode()


def described(connection: psycopg.Connection[Any]) -> Descriptions:
    """Return what a server says of the objects of a database, but for the members of extensions.

    Owners are told where they are not whoever asks. The connection has the search path under which the answers are
    compared.
    """
    rows = connection.execute(_ALL).fetchall()
    return {(kind, name): text for kind, name, text in rows if not _NOT_OURS.search(name)}
