-- Stops an export now, or behind a page.
select c.outcome, c.state, c.pages_done, c.effective_page from shikiri_seal.cancel_export($1, $2, $3, $4) c
