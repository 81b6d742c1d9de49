"""The office server: receives packets and ledger events, hands out statuses and print-ready records."""
