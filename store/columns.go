package store

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"gorm.io/gorm/schema"
)

func init() {
	schema.RegisterSerializer("json", jsonColumn{})
}

// jsonColumn takes the place of gorm's own "json" serializer, which stores a nil slice or map as NULL;
// here it is an empty one, so that columns of lists need not be nullable.
type jsonColumn struct{}

// Scan implements schema.SerializerInterface.
func (jsonColumn) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, dbValue any) error {
	value := reflect.New(field.FieldType)
	switch v := dbValue.(type) {
	case nil:
	case []byte:
		if err := json.Unmarshal(v, value.Interface()); err != nil {
			return fmt.Errorf("column %s: %w", field.DBName, err)
		}
	case string:
		if err := json.Unmarshal([]byte(v), value.Interface()); err != nil {
			return fmt.Errorf("column %s: %w", field.DBName, err)
		}
	default:
		return fmt.Errorf("column %s: no JSON but %T", field.DBName, dbValue)
	}
	field.ReflectValueOf(ctx, dst).Set(value.Elem())
	return nil
}

// Value implements schema.SerializerValuerInterface.
func (jsonColumn) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	switch v := reflect.ValueOf(value); {
	case v.Kind() == reflect.Slice && v.IsNil():
		return "[]", nil
	case v.Kind() == reflect.Map && v.IsNil():
		return "{}", nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", field.DBName, err)
	}
	return string(text), nil
}
