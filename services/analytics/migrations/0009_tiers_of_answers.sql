-- Which tier made an answer, so that a share of the tiers leads to its conversations. What was counted before this has none
-- until `cassava analytics rebuild` counts it anew.
SET LOCAL ROLE analytics_owner;

ALTER TABLE responses ADD COLUMN tier text NOT NULL DEFAULT '';
