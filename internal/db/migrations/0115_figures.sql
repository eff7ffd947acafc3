-- +goose Up
-- What is over more than one month, so that sums above a part stay exact: cells whose first
-- thematic meeting of the quarter it was, and cells below fair in this month and the one before.
ALTER TABLE unit_month ADD COLUMN themed integer NOT NULL DEFAULT 0;
ALTER TABLE unit_month ADD COLUMN twice  integer NOT NULL DEFAULT 0;
UPDATE unit_month SET (themed, twice) = (
  SELECT COUNT(*) FILTER (WHERE c.thematic > 0 AND (SELECT COUNT(*) FROM cell_month e
           WHERE e.part_id = c.part_id AND e.cell_id = c.cell_id AND e.thematic > 0 AND e.month < c.month
             AND e.month >= c.month - CASE c.month % 100 WHEN 1 THEN 0 WHEN 4 THEN 0 WHEN 7 THEN 0 WHEN 10 THEN 0
               WHEN 2 THEN 1 WHEN 5 THEN 1 WHEN 8 THEN 1 WHEN 11 THEN 1 ELSE 2 END) = 0),
         COUNT(*) FILTER (WHERE c.grade IN ('average', 'weak', 'fail') AND (SELECT COUNT(*) FROM cell_month e
           WHERE e.part_id = c.part_id AND e.cell_id = c.cell_id AND e.grade IN ('average', 'weak', 'fail')
             AND e.month = c.month - CASE c.month % 100 WHEN 1 THEN 89 ELSE 1 END) > 0)
    FROM cell_month c WHERE c.part_id = unit_month.part_id AND c.month = unit_month.month);
