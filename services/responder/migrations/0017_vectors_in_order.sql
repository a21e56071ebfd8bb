-- A search compares the question with every passage of one tenant. In the table these lie as they came, beside other tenants' and
-- with their headings' vectors; in this index they lie one after another, and nothing else is read (docs/decisions/0130).
CREATE INDEX vectors_of_tenant ON responder.vectors (tenant_id, encoder) INCLUDE (chunk_id, embedding);
