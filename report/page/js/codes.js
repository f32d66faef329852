// From the packed data to columns of codes.

function bytesOfBase64(text) {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

// The JSON document that a gzip in base64 holds.
export async function unpack(base64) {
  const packed = new Blob([bytesOfBase64(base64)]).stream();
  const plain = packed.pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).json();
}

// A column of `size` codes from pairs of how many and which; -1 stands for what
// `first` has in the same place.
export function expandRuns(runs, size, first = null) {
  const column = new Uint16Array(size);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const end = at + runs[i];
    if (runs[i + 1] === -1) column.set(first.subarray(at, end), at);
    else column.fill(runs[i + 1], at, end);
    at = end;
  }
  if (at !== size) throw new Error(`a column of ${at} cells, not ${size}`);
  return column;
}

// 1 in every cell that the rows (first of a row, how many) name.
export function markRows(rows, size) {
  const marks = new Uint8Array(size);
  for (let i = 0; i < rows.length; i += 2) {
    marks.fill(1, rows[i], rows[i] + rows[i + 1]);
  }
  return marks;
}
