-- +goose Up
-- Many parts: folded words, and words as they are written, in small letters.
CREATE INDEX person_words ON person USING gin (array_to_tsvector(array_remove(string_to_array(left(
  fold || ' ' || other_fold || ' ' || translate(name || ' ' || other_name,
  'ABCDEFGHIJKLMNOPQRSTUVWXYZĐÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴ',
  'abcdefghijklmnopqrstuvwxyzđàảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ'
  ), 500), ' '), ''))) WITH (gin_pending_list_limit = 512);
