package procedure_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("templates/README.md")
	require.NoError(t, err)
	return string(text)
}

// TestTheReferenceNamesEveryFieldOfTheSchema keeps templates/README.md complete.
func TestTheReferenceNamesEveryFieldOfTheSchema(t *testing.T) {
	text := readme(t)
	for _, typ := range []reflect.Type{
		reflect.TypeFor[procedure.Template](), reflect.TypeFor[procedure.Step](), reflect.TypeFor[procedure.Field](),
		reflect.TypeFor[procedure.Branch](), reflect.TypeFor[procedure.Choice](), reflect.TypeFor[procedure.Seat](),
		reflect.TypeFor[procedure.Ledger](), reflect.TypeFor[procedure.Letter](),
	} {
		for f := range typ.Fields() {
			if key := f.Tag.Get("yaml"); key != "" && key != "-" {
				assert.Contains(t, text, "`"+key+"`", "%s.%s", typ.Name(), f.Name)
			}
		}
	}
	for _, kind := range procedure.KindNames() {
		assert.Contains(t, text, "`"+kind+"`")
	}
	for _, typ := range []procedure.FieldType{
		procedure.TextField, procedure.PersonField, procedure.DeadlineField, procedure.TimeField, procedure.CountField,
		procedure.PhoneField, procedure.PlaceField, procedure.HoursField, procedure.PointsField, procedure.PhotoField,
	} {
		assert.Contains(t, text, "`"+string(typ)+"`")
	}
}

func TestTheExampleOfTheReferenceIsATemplate(t *testing.T) {
	_, after, ok := strings.Cut(readme(t), "```yaml\n")
	require.True(t, ok)
	source, _, _ := strings.Cut(after, "```")
	tmpl, err := procedure.Parse([]byte(source))
	require.NoError(t, err)
	assert.Equal(t, "楼下小菜园", tmpl.Name)
}
