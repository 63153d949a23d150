"""Objects of a database that no kind of the catalog speaks of: found, so that none is made or lost in silence."""

from __future__ import annotations

from typing import Any, Final

import psycopg

_QUERY: Final = """
    WITH found(classid, objid) AS (
        SELECT 'pg_class'::regclass::oid, oid FROM pg_class WHERE relkind = 'f'
        UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t
                  WHERE t.typtype IN ('r', 'p') OR (t.typtype = 'b' AND t.typelem = 0)
        UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE prokind IN ('a', 'w')
        UNION ALL SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE rulename <> '_RETURN'
        UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am
        UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
        UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation
        UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
        UNION ALL SELECT 'pg_default_acl'::regclass, oid FROM pg_default_acl
        UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
        UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
        UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
        UNION ALL SELECT 'pg_largeobject'::regclass, oid FROM pg_largeobject_metadata
        UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
        UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
        UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
        UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
        UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext
        UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform
        UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
        UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
        UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
        UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
    )
    SELECT o.type || ' ' || coalesce(o.identity, found.objid::text)
    FROM found, pg_identify_object(found.classid, found.objid, 0) AS o
    WHERE found.objid >= 16384
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = found.classid AND d.objid = found.objid AND d.deptype IN ('e', 'i'))
    ORDER BY 1
"""
"""Objects with a number from 16384 on are users'; ``e`` belong to an extension, ``i`` are a part of another object (the
row type of a table)."""


def unmodelled(connection: psycopg.Connection[Any]) -> list[str]:
    """Return the users' objects of kinds that the catalog does not hold, as ``collation public.german``."""
    return [row[0] for row in connection.execute(_QUERY)]
