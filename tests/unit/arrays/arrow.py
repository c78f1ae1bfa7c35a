#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tables that pyarrow hands over have the expected cells. Usage: arrow.py libmlp.so"""
import ctypes
import datetime
import decimal
import io
import sys

try:
    import pyarrow as pa
    import pyarrow.csv
except ImportError:
    print("skipped: there is no pyarrow")
    sys.exit(77)

library = ctypes.CDLL(sys.argv[1])


class Error(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_char * 4096)]


class Stream(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in ("schema", "next", "error", "release", "data")]


library.mlp_table_cell.restype = ctypes.c_size_t
library.mlp_table_cell.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
for name in ("rows", "columns"):
    getattr(library, "mlp_table_" + name).restype = ctypes.c_size_t
    getattr(library, "mlp_table_" + name).argtypes = [ctypes.c_void_p]
library.mlp_table_free.argtypes = [ctypes.c_void_p]
library.mlp_table_from_arrow.argtypes = [ctypes.c_void_p] * 4


def take(batches, schema):
    """The table of the batches, or the error message in bytes."""
    stream, table, error = Stream(), ctypes.c_void_p(), Error()
    pa.RecordBatchReader.from_batches(schema, batches)._export_to_c(ctypes.addressof(stream))
    status = library.mlp_table_from_arrow(ctypes.addressof(stream), b"arrow", ctypes.addressof(table), ctypes.addressof(error))
    assert stream.release is None, "the stream is not released"
    return table.value if status == 0 else bytes(error)


def cell(table, row, column):
    text = ctypes.create_string_buffer(200)
    library.mlp_table_cell(table, row, column, text, 200)
    return text.value.decode()


def check(name, array, expected):
    """Checks a column that comes in three batches: the second is empty, the last begins inside its buffers."""
    schema = pa.schema([pa.field("before", pa.int8()), pa.field(name, array.type)])
    whole = pa.record_batch([pa.array(range(len(array)), pa.int8()), array], schema=schema)
    batches = [whole.slice(0, 2), whole.slice(2, 0), whole.slice(2)]
    table = take(batches, schema)
    assert isinstance(table, int), table
    assert library.mlp_table_rows(table) == len(array)
    found = [cell(table, row, 1) for row in range(len(array))]
    assert found == expected, (name, found, expected)
    del whole, batches  # the table keeps what it needs
    assert [cell(table, row, 1) for row in range(len(expected))] == expected
    library.mlp_table_free(table)


def refuse(array, says):
    found = take([pa.record_batch([array], names=["odd"])], pa.schema([pa.field("odd", array.type)]))
    assert isinstance(found, bytes) and says.encode() in found, found


before = pa.total_allocated_bytes()
for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()):
    check(str(kind), pa.array([1, None, 3, 100, None, 7, 0, 9, 8, 5], kind), ["1", "", "3", "100", "", "7", "0", "9", "8", "5"])
check("large", pa.array([2**64 - 1, None, 2**63, 0], pa.uint64()), [str(2**64 - 1), "", str(2**63), "0"])
check("small", pa.array([-(2**63), None, 2**63 - 1], pa.int64()), [str(-(2**63)), "", str(2**63 - 1)])
check("double", pa.array([0.1, None, float("nan"), 1 / 3, -2.5]), ["0.1", "", "", "0.3333333333333333", "-2.5"])
check("float", pa.array([0.5, None, 0.1], pa.float32()), ["0.5", "", "0.10000000149011612"])
check("text", pa.array(["a", None, "ö", "", "x,y"]), ["a", "", "ö", "", "x,y"])
check("large text", pa.array(["a", None, "b"], pa.large_string()), ["a", "", "b"])
check("truth", pa.array([True, None, False, True]), ["true", "", "false", "true"])
check("nothing", pa.nulls(4), ["", "", "", ""])
check("level", pa.array(["b", "a", None, "b"]).dictionary_encode(), ["b", "a", "", "b"])
check("day", pa.array([datetime.date(1969, 12, 31), None, datetime.date(2024, 2, 29)]), ["1969-12-31", "", "2024-02-29"])
check("day in ms", pa.array([datetime.date(1900, 3, 1), None, datetime.date(2000, 1, 1)], pa.date64()), ["1900-03-01", "", "2000-01-01"])
moment = datetime.datetime(2024, 12, 24, 18, 30, 5)
for unit in ("s", "ms", "us", "ns"):
    check("time", pa.array([moment, None, moment], pa.timestamp(unit)), ["2024-12-24T18:30:05", "", "2024-12-24T18:30:05"])
check("zone", pa.array([moment, None, moment], pa.timestamp("us", "UTC")), ["2024-12-24T18:30:05Z", "", "2024-12-24T18:30:05Z"])
refuse(pa.array([[1], [2]]), 'column "odd" is of Arrow\'s type "+l"')
refuse(pa.array([decimal.Decimal("1.5")]), 'column "odd" is of Arrow\'s type')
refuse(pa.array([1.0, float("inf")]), 'column "odd", row 2: the number is infinite')
refuse(pa.array([], pa.int8()), "has no rows")
assert pa.total_allocated_bytes() == before, "memory of Arrow is left"

# every seventh of 30,000 days agrees with Python's calendar
days = [datetime.date(1950, 1, 1) + datetime.timedelta(n) for n in range(0, 30000, 7)]
table = take([pa.record_batch([pa.array(days)], names=["d"])], pa.schema([("d", pa.date32())]))
assert [cell(table, row, 0) for row in range(len(days))] == [str(day) for day in days]
library.mlp_table_free(table)
print("all columns are as they should be")
