SELECT refill_rollups('', 'n');
