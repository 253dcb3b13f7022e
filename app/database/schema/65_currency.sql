-- The currency of the company: what orders, goods, claims and the ledger say of money is in it, and nothing says so beside
-- each amount. So it stays as soon as there is one.

-- Refuses another currency once an amount is kept, and names the first that is found. Where nothing has a value the whole
-- ledger is read: asked only when somebody changes the currency.
CREATE FUNCTION keep_currency() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = stockhand, pg_temp AS $$
DECLARE
    first text := coalesce((SELECT sku FROM item WHERE standard_cost > 0 LIMIT 1),
        (SELECT d.number FROM document_line l JOIN document d ON d.id = l.document_id WHERE l.unit_price > 0 LIMIT 1),
        (SELECT i.sku FROM stock_move m JOIN item i ON i.id = m.item_id WHERE m.value <> 0 LIMIT 1),
        (SELECT i.sku FROM discrepancy x JOIN item i ON i.id = x.item_id WHERE x.cost > 0 LIMIT 1));
BEGIN
    IF first IS NOT NULL THEN
        PERFORM refuse('company.currency_stays', jsonb_build_object('currency', OLD.currency, 'wanted', NEW.currency,
            'first', first));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_currency BEFORE UPDATE ON company FOR EACH ROW
    WHEN (OLD.currency <> NEW.currency) EXECUTE FUNCTION keep_currency();
