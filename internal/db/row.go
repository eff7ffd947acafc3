package db

import (
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strconv"
)

// Row is what QueryRow gives.
type Row interface {
	Scanner
	// Err says what failed without scanning.
	Err() error
}

// memoryRow is a row in memory. It scans as database/sql does.
type memoryRow struct {
	values []any
	err    error
}

// Err is Row.Err; that there is no row is told by Scan alone.
func (k memoryRow) Err() error {
	if NoRows(k.err) {
		return nil
	}
	return k.err
}

// Scan is Scanner.Scan.
func (k memoryRow) Scan(dest ...any) error {
	if k.err != nil {
		return k.err
	}
	if len(dest) != len(k.values) {
		return fmt.Errorf("db: %d columns for %d places", len(k.values), len(dest))
	}
	for i, to := range dest {
		if err := assign(to, k.values[i]); err != nil {
			return fmt.Errorf("db: column %d: %w", i, err)
		}
	}
	return nil
}

// assign puts a value of the driver into a place.
func assign(to, value any) error {
	switch to := to.(type) {
	case *string:
		if s, ok := value.(string); ok {
			*to = s
			return nil
		}
	case *int:
		if n, ok := value.(int64); ok {
			*to = int(n)
			return nil
		}
	case *int64:
		if n, ok := value.(int64); ok {
			*to = n
			return nil
		}
	case *[]byte:
		switch v := value.(type) {
		case []byte:
			*to = slices.Clone(v)
			return nil
		case string:
			*to = []byte(v)
			return nil
		}
	case *any:
		*to = value
		return nil
	case sql.Scanner:
		if b, ok := value.([]byte); ok {
			value = slices.Clone(b)
		}
		return to.Scan(value)
	}
	return convert(to, value)
}

// convert puts a value into a place of another kind: names of texts and numbers, and
// numbers that the driver gives as texts.
func convert(to, value any) error {
	v := reflect.ValueOf(to)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("%T is no place", to)
	}
	v = v.Elem()
	if v.Kind() == reflect.Pointer { // nil says NULL
		if value == nil {
			v.SetZero()
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return assign(v.Interface(), value)
	}
	text := ""
	switch value := value.(type) {
	case string:
		text = value
	case []byte:
		text = string(value)
	case int64:
		text = strconv.FormatInt(value, 10)
	case float64:
		text = strconv.FormatFloat(value, 'g', -1, 64)
	case bool:
		text = strconv.FormatBool(value)
	default:
		return fmt.Errorf("%T into %T", value, to)
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return err
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, v.Type().Bits())
		if err != nil {
			return err
		}
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		n, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil {
			return err
		}
		v.SetFloat(n)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return err
		}
		v.SetBool(b)
	default:
		return fmt.Errorf("%T into %T", value, to)
	}
	return nil
}
