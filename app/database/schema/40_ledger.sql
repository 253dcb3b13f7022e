-- The ledger: every movement of goods, double entry, append-only; the balances that the database keeps from it.

-- What a kind of movement needs. `step` is what it does for a document line, `document_kinds` the kinds of document that
-- have such a step: goods are not received against a customer's order.
-- `from_reserved`, `to_reserved`: the goods belong to the demand line where they leave, where they arrive.
-- `changes_status`, `changes_owner`: what else may differ between the two places; otherwise both keep.
-- `leaves`: goods come into the stock that can be promised or leave it, also when that is taken back.
-- `between_warehouses`: they may come from another warehouse, which has sent them here by this document.
-- `brings`: goods arrive by it; those of a held lot come in held (45_posting.sql). `stops_held`: goods of a held lot do
-- not go this way, unless they are as held as their lot.
-- `corrects_counts`: what a count found is posted by it, in the places that the count froze too.
-- `may_become`: the only statuses that goods may get by it, where it changes them; NULL: any.
-- `whole`: taken back as a whole only. `posted_with`: a side of a posting of that kind, which
-- a function of its own posts with both.
CREATE TABLE move_kind (
    name text PRIMARY KEY,
    permission text NOT NULL REFERENCES permission,
    from_kinds text[] NOT NULL,
    to_kinds text[] NOT NULL,
    document_kinds text[] NOT NULL DEFAULT '{}',
    step text,
    needs_line boolean NOT NULL DEFAULT false,
    needs_reason boolean NOT NULL DEFAULT false,
    from_reserved boolean NOT NULL DEFAULT false,
    to_reserved boolean NOT NULL DEFAULT false,
    changes_status boolean NOT NULL DEFAULT false,
    changes_owner boolean NOT NULL DEFAULT false,
    between_warehouses boolean NOT NULL DEFAULT false,
    whole boolean NOT NULL DEFAULT false,
    posted_with text REFERENCES move_kind,
    stops_held boolean NOT NULL DEFAULT false,
    corrects_counts boolean NOT NULL DEFAULT false,
    stopped_states text[] NOT NULL DEFAULT '{}',
    may_become text[],
    brings boolean GENERATED ALWAYS AS (from_kinds && ARRAY['supplier', 'customer', 'adjustment', 'transit']) STORED,
    leaves boolean GENERATED ALWAYS AS ((from_kinds || to_kinds) && ARRAY['supplier', 'customer', 'adjustment', 'scrap',
        'production', 'transit', 'consignment']) STORED
);

-- One row a request that posted something. `hash` covers every column but the seal, and the hashes of its moves.
-- What it names is asked for by the functions that write it; foreign keys would lock the rows of warehouse, kind and
-- person for every posting, and cost as much as the moves.
CREATE TABLE posting (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    warehouse_id uuid NOT NULL,
    document_id uuid,
    person_id uuid NOT NULL,
    station_id uuid,
    recorded_at timestamptz NOT NULL,
    reverses uuid,
    moves int NOT NULL,
    hash bytea NOT NULL,
    seal_no bigint
) WITH (fillfactor = 90);
CREATE INDEX posting_unsealed ON posting (id) WHERE seal_no IS NULL;
CREATE INDEX posting_seal ON posting (seal_no) WHERE seal_no IS NOT NULL;
CREATE INDEX posting_document ON posting (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX posting_reverses ON posting (reverses) WHERE reverses IS NOT NULL;

-- Requests already answered. A client that lost its connection repeats the request and gets the same answer.
CREATE TABLE request (
    request_id uuid PRIMARY KEY,
    fingerprint bytea NOT NULL,
    person_id uuid NOT NULL,
    answer jsonb
);

-- Whether a request of this person was carried out: asked by a client that never heard of its commit, before it does the
-- work again.
CREATE FUNCTION was_done(p_request uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    SELECT EXISTS (SELECT FROM request r WHERE r.request_id = p_request AND r.person_id = who.id)
        OR EXISTS (SELECT FROM record_request r WHERE r.request_id = p_request AND r.person_id = who.id)
    FROM (SELECT require_actor() AS id OFFSET 0) who
$$;

-- Remembers a request that was carried out, whatever it was: most of what people decide has no request id of its own, and
-- its repeat would only find its work done. To be called last in its transaction; no answer is kept, the program that asked
-- still has it.
CREATE FUNCTION keep_done(p_request uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
    INSERT INTO record_request (request_id, fingerprint, person_id)
    SELECT p_request, '', who.id FROM (SELECT actor() AS id OFFSET 0) who
    WHERE who.id IS NOT NULL AND p_request IS NOT NULL AND NOT EXISTS (SELECT FROM request WHERE request_id = p_request)
    ON CONFLICT (request_id) DO NOTHING
$$;

-- What holds of every move and of every balance. One function a table: a check is read and planned anew by each statement
-- that writes there, and the seven that stood here by themselves took a twelfth of a posting's time.
CREATE FUNCTION move_is_sound(p_qty numeric, p_weight_kg numeric, p_from_status text, p_to_status text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN p_qty > 0 AND coalesce(p_weight_kg > 0, true)
        AND p_from_status IN ('available', 'quarantined', 'damaged', 'blocked')
        AND p_to_status IN ('available', 'quarantined', 'damaged', 'blocked');
END $$;
CREATE FUNCTION balance_is_sound(p_on_hand numeric, p_reserved numeric, p_weight_kg numeric, p_negative_allowed boolean)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN p_reserved >= 0 AND (p_on_hand >= p_reserved OR p_negative_allowed AND p_reserved = 0)
        AND (p_weight_kg = 0 OR p_weight_kg > 0 AND p_on_hand > 0);
END $$;

-- `other_warehouse_id`: the warehouse that goods of a transfer come from; it sees the move too.
CREATE TABLE stock_move (
    id uuid NOT NULL DEFAULT new_id(),
    recorded_at timestamptz NOT NULL,
    posting_id uuid NOT NULL,
    line_no int NOT NULL,
    warehouse_id uuid NOT NULL,
    other_warehouse_id uuid,
    kind text NOT NULL,
    item_id uuid NOT NULL,
    trace_id uuid NOT NULL,
    qty numeric(18, 6) NOT NULL,
    weight_kg numeric(18, 6),
    from_location_id uuid NOT NULL,
    from_handling_unit_id uuid NOT NULL,
    from_owner_id uuid NOT NULL,
    from_status text NOT NULL,
    to_location_id uuid NOT NULL,
    to_handling_unit_id uuid NOT NULL,
    to_owner_id uuid NOT NULL,
    to_status text NOT NULL,
    document_line_id uuid,
    step text,
    reason text,
    effective_at timestamptz NOT NULL,
    value numeric(18, 6),
    reverses uuid,
    hash bytea NOT NULL,
    PRIMARY KEY (id, recorded_at),
    CONSTRAINT stock_move_sound CHECK (move_is_sound(qty, weight_kg, from_status, to_status))
) PARTITION BY RANGE (recorded_at);
CREATE INDEX stock_move_item ON stock_move (item_id, effective_at);
CREATE INDEX stock_move_posting ON stock_move (posting_id);
-- What was posted more than a day after it happened: little, and what a look at the past must not miss.
CREATE INDEX stock_move_late ON stock_move (effective_at) WHERE recorded_at - effective_at > interval '1 day';
CREATE INDEX stock_move_recorded ON stock_move USING brin (recorded_at) WITH (pages_per_range = 32);
-- What passed a place, was in a handling unit, or was done of a line: each side by itself, newest first.
CREATE INDEX stock_move_from ON stock_move (from_location_id, effective_at);
CREATE INDEX stock_move_to ON stock_move (to_location_id, effective_at);
CREATE INDEX stock_move_from_unit ON stock_move (from_handling_unit_id, effective_at) WHERE from_handling_unit_id <> nil();
CREATE INDEX stock_move_to_unit ON stock_move (to_handling_unit_id, effective_at) WHERE to_handling_unit_id <> nil();
CREATE INDEX stock_move_line ON stock_move (document_line_id) WHERE document_line_id IS NOT NULL;
CREATE INDEX stock_move_reverses ON stock_move (reverses) WHERE reverses IS NOT NULL;

-- Quantity and claims of one stock key; `weight_kg` of catch-weight items, all of it gone with the last piece.
-- `negative_allowed`: it is below zero, and its place allowed that; false again with the receipt that settles it.
-- fillfactor and the lack of indexes on quantities keep updates in the page.
CREATE TABLE stock_balance (
    warehouse_id uuid NOT NULL,
    item_id uuid NOT NULL,
    location_id uuid NOT NULL,
    trace_id uuid NOT NULL,
    handling_unit_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    status text NOT NULL,
    on_hand numeric(18, 6) NOT NULL,
    reserved numeric(18, 6) NOT NULL DEFAULT 0,
    weight_kg numeric(18, 6) NOT NULL DEFAULT 0,
    negative_allowed boolean NOT NULL DEFAULT false,
    first_received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (warehouse_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status),
    CONSTRAINT stock_balance_not_enough CHECK (balance_is_sound(on_hand, reserved, weight_kg, negative_allowed))
) WITH (fillfactor = 70);
-- The partial ones serve only queries that say `<> nil()` themselves.
-- With the item and its lot, so that one balance is found at once by whichever index, also while the planner does not
-- know yet what came: thousands of items, or of lots of one item, may stand at one dock.
CREATE INDEX stock_balance_location ON stock_balance (location_id, item_id, trace_id, handling_unit_id);
CREATE INDEX stock_balance_trace ON stock_balance (trace_id) WHERE trace_id <> nil();
CREATE INDEX stock_balance_negative ON stock_balance (warehouse_id) WHERE negative_allowed;
CREATE INDEX stock_balance_unit ON stock_balance (handling_unit_id) WHERE handling_unit_id <> nil();

-- The row that claims of one item in one warehouse lock first, so that they queue instead of dead-locking.
CREATE TABLE stock_claim (
    warehouse_id uuid NOT NULL,
    item_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    PRIMARY KEY (warehouse_id, item_id, owner_id)
);

-- Soft allocation: a demand line counts on so much of an item, from stock or from an inbound line; of one trace, or of
-- goods that keep at least until a date, where that is asked.
CREATE TABLE promise (
    id uuid PRIMARY KEY DEFAULT new_id(),
    demand_line_id uuid NOT NULL REFERENCES document_line,
    warehouse_id uuid NOT NULL,
    item_id uuid NOT NULL,
    owner_id uuid NOT NULL DEFAULT nil(),
    trace_id uuid NOT NULL DEFAULT nil(),
    keeps_until date,
    inbound_line_id uuid REFERENCES document_line,
    qty numeric(18, 6) NOT NULL CHECK (qty > 0),
    CHECK (trace_id = nil() OR keeps_until IS NULL)
);
CREATE INDEX promise_item ON promise (warehouse_id, item_id, owner_id);
CREATE INDEX promise_line ON promise (demand_line_id);
CREATE INDEX promise_inbound ON promise (inbound_line_id) WHERE inbound_line_id IS NOT NULL;

-- Hard allocation: so much of this stock key belongs to this demand line.
CREATE TABLE reservation (
    demand_line_id uuid NOT NULL,
    warehouse_id uuid NOT NULL,
    item_id uuid NOT NULL,
    location_id uuid NOT NULL,
    trace_id uuid NOT NULL,
    handling_unit_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    status text NOT NULL,
    qty numeric(18, 6) NOT NULL CHECK (qty >= 0),
    PRIMARY KEY (demand_line_id, item_id, location_id, trace_id, handling_unit_id, owner_id, status)
) WITH (fillfactor = 70);
CREATE INDEX reservation_key ON reservation (warehouse_id, item_id, location_id);
CREATE INDEX reservation_unit ON reservation (handling_unit_id) WHERE handling_unit_id <> nil();

-- Links of what was consumed to what was produced from it (kitting, relabelling, repacking).
CREATE TABLE genealogy (
    consumed_move uuid NOT NULL,
    produced_move uuid NOT NULL,
    qty numeric(18, 6) NOT NULL CHECK (qty > 0),
    PRIMARY KEY (consumed_move, produced_move)
);

-- The last word on a lot or serial number in a warehouse (hold_trace): its goods are held with this status wherever they
-- lie, whenever they arrive; `available`: released.
CREATE TABLE trace_hold (
    trace_id uuid NOT NULL REFERENCES trace,
    warehouse_id uuid NOT NULL REFERENCES warehouse,
    status text NOT NULL CHECK (status IN ('available', 'quarantined', 'damaged', 'blocked')),
    reason text NOT NULL,
    person_id uuid NOT NULL REFERENCES person,
    at timestamptz NOT NULL DEFAULT now(),
    request_id uuid NOT NULL,
    PRIMARY KEY (trace_id, warehouse_id)
);

-- How grave a status is: holding goes one way, from usable to lost.
CREATE FUNCTION gravity(p_status text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(ARRAY['available', 'quarantined', 'blocked', 'damaged'], p_status)
$$;

-- The status that goods of a lot have in a warehouse when they come from a place (of this or another warehouse) with
-- p_status: that of the gravest hold on their lot here and there, if it is graver.
CREATE FUNCTION held_status(p_trace uuid, p_warehouse uuid, p_from_location uuid, p_status text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT h.status FROM trace_hold h
        WHERE h.trace_id = p_trace AND gravity(h.status) > gravity(p_status) AND h.warehouse_id IN (
            p_warehouse, (SELECT l.warehouse_id FROM location l WHERE l.id = p_from_location))
        ORDER BY gravity(h.status) DESC LIMIT 1), p_status)
$$;

-- The status that goods of a lot have in a place, or come back to it with: that of a hold on the lot, where goods are held
-- there.
CREATE FUNCTION comes_back_as(p_trace uuid, p_place uuid, p_status text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT held_status(p_trace, l.warehouse_id, l.id, p_status) FROM location l
        JOIN move_kind k ON k.name = 'status' AND l.kind = ANY (k.to_kinds)
        WHERE l.id = p_place AND p_trace <> nil()), p_status)
$$;

-- The chain: each seal hashes the one before and the postings it numbers. Its number is the ledger's position.
-- `newest` is the last recorded time of all postings up to here; `delay` is how far before the newest one of the seals
-- before it the oldest posting of this one was recorded. Both say where to look (known_between), not what is true.
CREATE TABLE seal (
    no bigint PRIMARY KEY,
    sealed_at timestamptz NOT NULL,
    postings int NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    newest timestamptz NOT NULL,
    delay interval NOT NULL DEFAULT '0' CHECK (delay >= '0')
);
CREATE INDEX seal_time ON seal (sealed_at, no);
CREATE INDEX seal_delay ON seal (delay);
-- The sealer's turn: a locked row, since advisory locks may be taken by anybody.
CREATE TABLE seal_turn (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row));
INSERT INTO seal_turn DEFAULT VALUES;

-- Where goods are, as text: location, handling unit, owner, status; nothing between the strokes for "none".
CREATE FUNCTION place_text(p_location uuid, p_unit uuid, p_owner uuid, p_status text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat_ws('/', p_location, coalesce(nullif(p_unit, nil())::text, ''), coalesce(nullif(p_owner, nil())::text, ''),
        p_status)
$$;

-- The content of a move as bytes. Every field that means something is in it, in this order; quantities in base units,
-- weights in kg, the effective time in seconds since 1970, p_from and p_to as place_text() has them. What is "none" is
-- nothing: hashing takes as long as the text is.
CREATE FUNCTION move_hash(p_posting uuid, p_line int, p_kind text, p_item uuid, p_trace uuid, p_qty numeric(18, 6),
    p_weight numeric(18, 6), p_from text, p_to text, p_document_line uuid, p_reason text, p_effective timestamptz,
    p_value numeric(18, 6), p_reverses uuid) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(concat_ws('|', p_posting, p_line, p_kind, p_item, coalesce(nullif(p_trace, nil())::text, ''),
        round(p_qty, 6), coalesce(round(p_weight, 6)::text, ''), p_from, p_to, coalesce(p_document_line::text, ''),
        coalesce(p_reason, ''), extract(epoch FROM p_effective), coalesce(round(p_value, 6)::text, ''),
        coalesce(p_reverses::text, '')), 'UTF8'))
$$;

-- The content of a posting as bytes: who, where, when and what for, and p_content, the hashes of its moves in order.
CREATE FUNCTION posting_hash(p_posting uuid, p_kind text, p_warehouse uuid, p_document uuid, p_person uuid,
    p_station uuid, p_recorded timestamptz, p_reverses uuid, p_moves int, p_content bytea) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(concat_ws('|', p_posting, p_kind, p_warehouse, coalesce(p_document::text, ''), p_person,
        coalesce(p_station::text, ''), extract(epoch FROM p_recorded), coalesce(p_reverses::text, ''), p_moves, ''),
        'UTF8') || p_content)
$$;

-- What the moves of one statement do to one stock key: quantity and reservation in base units, weight in kg.
CREATE TYPE stock_delta AS (
    warehouse_id uuid, item_id uuid, location_id uuid, trace_id uuid, handling_unit_id uuid, owner_id uuid, status text,
    qty numeric, reserved numeric, weight_kg numeric, negative_allowed boolean
);

