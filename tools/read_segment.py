#!/usr/bin/env python3
"""A second reader of Tapedeck's segments, written from docs/format.md alone, in plain Python.

    read_segment.py SEGMENT            prints the rows as CSV: words by type, null as an empty field
    read_segment.py --store STORE TABLE  prints the rows of all live segments of a table, in catalog order

It checks what the document says a reader must refuse, and exits 1 with a reason.
"""
import struct
import sys

MASK = (1 << 64) - 1


class Damaged(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Damaged(what)


def signed(word):
    word &= MASK
    return word - (1 << 64) if word >> 63 else word


CRC_TABLE = []
for i in range(256):
    crc = i
    for _ in range(8):
        crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    CRC_TABLE.append(crc)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def lz4_block(data, size):
    out = bytearray()
    at = 0
    while at < len(data):
        token = data[at]
        at += 1
        literals = token >> 4
        if literals == 15:
            while True:
                need(at < len(data), "LZ4: cut short")
                extra = data[at]
                at += 1
                literals += extra
                if extra != 255:
                    break
        need(at + literals <= len(data), "LZ4: cut short")
        out += data[at:at + literals]
        at += literals
        if at == len(data):
            break
        need(at + 2 <= len(data), "LZ4: cut short")
        distance = data[at] | data[at + 1] << 8
        at += 2
        need(0 < distance <= len(out), "LZ4: distance")
        length = token & 15
        if length == 15:
            while True:
                need(at < len(data), "LZ4: cut short")
                extra = data[at]
                at += 1
                length += extra
                if extra != 255:
                    break
        for _ in range(length + 4):
            out.append(out[-distance])
    need(len(out) == size, "LZ4: size")
    return bytes(out)


class Bytes:
    """A cursor over bytes."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def take(self, count):
        need(0 <= count <= len(self.data) - self.at, "bytes end early")
        self.at += count
        return self.data[self.at - count:self.at]

    def u8(self):
        return self.take(1)[0]

    def u32(self):
        return struct.unpack("<I", self.take(4))[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 127) << shift
            need(value <= MASK, "varint above 64 bits")
            if byte < 128:
                return value
            shift += 7

    def zigzag(self):
        value = self.varint()
        return signed((value >> 1) ^ -(value & 1))

    def string(self):
        return self.take(self.varint()).decode("utf-8")

    def packed(self, count, width):
        need(width <= 64, "width")
        number = int.from_bytes(self.take((count * width + 7) // 8), "little")
        mask = (1 << width) - 1
        return [number >> (i * width) & mask for i in range(count)]

    def done(self):
        need(self.at == len(self.data), "bytes left over")


def stream(source, n, depth=0):
    need(depth < 4, "streams nested too deep")
    tag = source.u8()
    if tag == 0:
        return list(struct.unpack("<%dq" % n, source.take(8 * n)))
    if tag == 1:
        return [source.zigzag()] * n
    if tag == 2:
        return packed_stream(source, n)
    if tag == 3:
        words = [source.zigzag()]
        for delta in stream(source, n - 1, depth + 1) if n > 1 else []:
            words.append(signed(words[-1] + delta))
        return words
    if tag == 4:
        runs = source.varint()
        need(runs <= n, "run count")
        values = stream(source, runs, depth + 1)
        lengths = stream(source, runs, depth + 1)
        need(all(length >= 0 for length in lengths), "run length")
        need(sum(lengths) + runs == n, "run lengths")
        return [value for value, length in zip(values, lengths) for _ in range(length + 1)]
    if tag == 5:
        count = source.varint()
        need(1 <= count <= max(1, n), "distinct count")
        distinct = stream(source, count, depth + 1)
        codes = stream(source, n, depth + 1)
        need(all(0 <= code < count for code in codes), "codes")
        return [distinct[code] for code in codes]
    if tag == 6:
        base, k = source.zigzag(), source.u8()
        need(1 <= k <= 8, "byte count")
        planes = [source.take(n) for _ in range(k)]
        return [signed(base + sum(plane[i] << 8 * j for j, plane in enumerate(planes))) for i in range(n)]
    raise Damaged("tag %d" % tag)


def packed_stream(source, n):
    base, base_width = source.zigzag(), source.u8()
    m = (n + 127) // 128
    bases = [signed(base + value) for value in source.packed(m, base_width)]
    widths = [source.u8() for _ in range(m)]
    words = []
    for block in range(m):
        count = min(128, n - 128 * block)
        words += [signed(bases[block] + value) for value in source.packed(count, widths[block] & 127)]
    for block in range(m):
        if widths[block] < 128:
            continue
        count = source.u8()
        need(1 <= count <= 127, "patch count")
        positions = list(source.take(count))
        for position in positions:
            need(position < min(128, n - 128 * block), "patch position")
            at = 128 * block + position
            words[at] = signed(words[at] + (source.varint() << (widths[block] & 127)))
    return words


class Block:
    def __init__(self, source, rows, offset):
        flags = source.u8()
        self.tag, self.lz4, self.rows, self.offset = flags & 127, flags >> 7, rows, offset
        self.nulls = source.varint()
        need(self.nulls <= rows, "null count")
        self.min = self.max = 0
        if self.nulls < rows:
            self.min = source.zigzag()
            self.max = signed(self.min + source.varint())
            need(self.min <= self.max, "min above max")
        self.stored = source.varint()
        self.encoded = source.varint() if self.lz4 else self.stored
        self.crc = source.u32() if self.stored else 0
        bare = self.nulls == rows or (self.nulls == 0 and self.min == self.max)
        need((self.stored == 0) == bare, "stored size")


class Segment:
    def __init__(self, data):
        need(len(data) >= 32 and data[:8] == b"TAPEDECK", "not a segment")
        version, zero = struct.unpack("<II", data[8:16])
        need(version == 1, "format version %d, this program reads 1" % version)
        need(zero == 0, "header")
        need(data[-8:] == b"TAPE.END", "cut short")
        size, crc = struct.unpack("<II", data[-16:-8])
        need(size <= len(data) - 32, "footer size")
        footer = data[len(data) - 16 - size:-16]
        need(crc32c(data[:16] + footer + data[-16:-12]) == crc, "footer checksum")
        self.data, self.checksum = data, crc
        source = Bytes(footer)
        self.rows, per_block = source.varint(), source.varint()
        self.metadata = {}
        for _ in range(source.varint()):
            key = source.string()
            self.metadata[key] = source.string()
        self.columns = []
        next_offset = 16
        for _ in range(source.varint()):
            descriptor = Bytes(source.take(source.varint()))
            column = Column(descriptor, self.rows, per_block)
            descriptor.done()
            need(column.offset == next_offset, "chunks with gaps")
            next_offset = column.end
            self.columns.append(column)
        source.done()
        need(next_offset == len(data) - 16 - size, "chunks with gaps")

    def words(self, column, referenced=False):
        """The column's words and nulls (a list of booleans)."""
        words, nulls = [], []
        for block in self.columns[column].blocks:
            first = len(words)
            if block.stored == 0:
                words += [block.min] * block.rows
                nulls += [block.nulls > 0] * block.rows
                continue
            data = self.data[block.offset:block.offset + block.stored]
            need(crc32c(data) == block.crc, "block checksum")
            source = Bytes(lz4_block(data, block.encoded) if block.lz4 else data)
            mask = [False] * block.rows
            if block.nulls:
                bits = stream(source, (block.rows + 63) // 64)
                mask = [bool(bits[i >> 6] >> (i & 63) & 1) for i in range(block.rows)]
                need(sum(mask) == block.nulls, "null mask")
            need(source.data[source.at] == block.tag, "tag")
            if block.tag >= 7:
                need(not referenced, "a derived column leans on a derived column")
                words += self.derived(source, block, first)
            else:
                words += stream(source, block.rows)
            nulls += mask
            source.done()
            present = [w for w, null in zip(words[first:], mask) if not null]
            need(min(present) == block.min and max(present) == block.max, "zone map")
        return words, nulls

    def derived(self, source, block, first):
        def other(ordinal):
            need(ordinal < len(self.columns), "ordinal")
            return self.words(ordinal, True)[0][first:first + block.rows]

        if source.u8() == 7:
            terms = []
            for sign in (1, -1):
                count = source.u8()
                need(count <= 4, "terms")
                terms += [(sign, other(source.varint())) for _ in range(count)]
            residuals = stream(source, block.rows, 1)
            return [signed(residuals[i] + sum(sign * term[i] for sign, term in terms)) for i in range(block.rows)]
        arguments = other(source.varint())
        count = source.varint()
        keys, values = stream(source, count, 1), stream(source, count, 1)
        table = dict(zip(keys, values))
        need(len(table) == count, "keys")
        need(all(argument in table for argument in arguments), "a key for every row")
        return [table[argument] for argument in arguments]

    def strings(self, column):
        column = self.columns[column]
        if not column.string_count:
            return []
        data = self.data[column.offset:column.offset + column.string_stored]
        need(crc32c(data) == column.string_crc, "dictionary checksum")
        if column.string_encoded != column.string_stored:
            data = lz4_block(data, column.string_encoded)
        source = Bytes(data)
        lengths = stream(source, column.string_count)
        strings = [source.take(length).decode("utf-8") for length in lengths]
        source.done()
        return strings

    def values(self, column):
        """The column's values as text, None where null."""
        words, nulls = self.words(column)
        kind = self.columns[column].type
        strings = self.strings(column) if kind == "string" else None
        text = {
            "string": lambda w: strings[w],
            "uint64": lambda w: str((w & MASK) ^ 1 << 63),
            "float64": lambda w: repr(struct.unpack("<d", struct.pack("<q", w ^ (w >> 63 & (1 << 63) - 1)))[0]),
        }.get(kind, str)
        return [None if null else text(word) for word, null in zip(words, nulls)]


class Column:
    def __init__(self, source, rows, per_block):
        self.name, self.type = source.string(), source.string()
        self.flags, self.unit = source.u8(), source.string()
        need(self.flags < 4, "flags")
        self.offset = source.varint()
        self.string_count = self.string_stored = 0
        if self.type == "string":
            self.string_count = source.varint()
            if self.string_count:
                self.string_stored, self.string_encoded = source.varint(), source.varint()
                self.string_crc = source.u32()
        at = self.offset + self.string_stored
        self.blocks = []
        for first in range(0, rows, per_block):
            block = Block(source, min(per_block, rows - first), at)
            self.blocks.append(block)
            at += block.stored
        self.end = at


def component(text):
    plain = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    return "".join(c if c in plain else "".join("%%%02X" % b for b in c.encode()) for c in text) or "%"


def live_segments(store, table):
    """Per segment of a table, in catalog order: its file, where it begins there, its size (-1: to the end), and its checksum."""
    import datetime
    with open(store + "/CURRENT") as file:
        number = file.read().strip()
    with open(store + "/catalog/" + number, "rb") as file:
        catalog = Segment(file.read())
    columns = {column.name: catalog.values(i) for i, column in enumerate(catalog.columns)}
    types = [item.split(":")[1] for item in catalog.metadata.get("key." + table, "").split(",") if item]
    for row in range(catalog.rows):
        if columns["table"][row] != table:
            continue
        pack = columns["pack"][row] if "pack" in columns else "0"
        if pack != "0":
            name = "packs/%s-%s.pack" % (columns["generation"][row], pack)
            yield store + "/" + name, int(columns["offset"][row]), int(columns["bytes"][row]), int(columns["checksum"][row])
            continue
        parts = [component(table)]
        for i, kind in enumerate(types, 1):
            value = columns["key_%d" % i][row]
            if value is None:
                value = columns["key_%d_text" % i][row]
            elif kind == "date":
                value = str(datetime.date(1970, 1, 1) + datetime.timedelta(days=int(value)))
            parts.append(component(value))
        if not types:
            parts.append("all")
        part = columns["part"][row]
        name = "/".join(parts) + "." + columns["generation"][row] + ("" if part == "0" else "-" + part) + ".seg"
        yield store + "/" + name, 0, -1, int(columns["checksum"][row])


def print_rows(segment, header):
    import csv
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if header:
        writer.writerow(column.name for column in segment.columns)
    values = [segment.values(i) for i in range(len(segment.columns))]
    writer.writerows([["" if value is None else value for value in row] for row in zip(*values)])


def main(arguments):
    try:
        if len(arguments) == 3 and arguments[0] == "--store":
            header = True
            for path, offset, size, checksum in live_segments(arguments[1], arguments[2]):
                with open(path, "rb") as file:
                    file.seek(offset)
                    segment = Segment(file.read(size))
                need(segment.checksum == checksum, "not the segment that the catalog names")
                print_rows(segment, header)
                header = False
        elif len(arguments) == 1:
            with open(arguments[0], "rb") as file:
                print_rows(Segment(file.read()), True)
        else:
            sys.exit(__doc__)
    except (Damaged, OSError, UnicodeDecodeError) as error:
        sys.exit("read_segment.py: %s" % error)


if __name__ == "__main__":
    main(sys.argv[1:])
