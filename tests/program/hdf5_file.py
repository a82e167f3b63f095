# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Reads HDF5 by libhdf5 itself, as h5py is no dependency of the tests."""

import ctypes
import ctypes.util
import glob

import numpy

ID = ctypes.c_int64
INTEGER, FLOAT, STRING = 0, 1, 3


def library():
    """The library that the program is linked to, or another of its kind."""
    found = sorted(glob.glob("/usr/lib/*/libhdf5_openmpi.so.1*")) + sorted(glob.glob("/usr/lib/*/libhdf5_serial.so.1*"))
    hdf5 = ctypes.CDLL(found[0] if found else ctypes.util.find_library("hdf5"))
    for name in ("H5Fopen", "H5Dopen2", "H5Dget_space", "H5Dget_type", "H5Dget_create_plist", "H5Aopen_by_name", "H5Aget_space",
                 "H5Aget_type"):
        getattr(hdf5, name).restype = ID
    hdf5.H5Tget_size.restype = ctypes.c_size_t
    hdf5.H5open()
    hdf5.H5Eset_auto2(ID(0), None, None)
    return hdf5


HDF5 = library()


def identifier(value, what):
    if value < 0:
        raise OSError(f"HDF5 cannot open {what}")
    return ID(value)


class File:
    """A file with `array`, `attribute` and `has`."""

    def __init__(self, path):
        self.path = path
        self.id = identifier(HDF5.H5Fopen(str(path).encode(), ctypes.c_uint(0), ID(0)), path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        HDF5.H5Fclose(self.id)

    def has(self, name):
        parts = name.split("/")
        return all(HDF5.H5Lexists(self.id, "/".join(parts[:k + 1]).encode(), ID(0)) > 0 for k in range(len(parts)))

    def array(self, name):
        """A dataset as a numpy array; texts as a list."""
        dataset = identifier(HDF5.H5Dopen2(self.id, name.encode(), ID(0)), f"{self.path}: {name}")
        try:
            return _values(HDF5.H5Dget_space(dataset), HDF5.H5Dget_type(dataset),
                           lambda kind, to: HDF5.H5Dread(dataset, kind, ID(0), ID(0), ID(0), to))
        finally:
            HDF5.H5Dclose(dataset)

    def attribute(self, name, of="/"):
        attribute = identifier(HDF5.H5Aopen_by_name(self.id, of.encode(), name.encode(), ID(0), ID(0)), f"{self.path}: {of}.{name}")
        try:
            return _values(HDF5.H5Aget_space(attribute), HDF5.H5Aget_type(attribute),
                           lambda kind, to: HDF5.H5Aread(attribute, kind, to))[0]
        finally:
            HDF5.H5Aclose(attribute)

    def filters(self, name):
        """How many filters its chunks go through; 0 if it has no chunks."""
        dataset = identifier(HDF5.H5Dopen2(self.id, name.encode(), ID(0)), name)
        creation = ID(HDF5.H5Dget_create_plist(dataset))
        try:
            return HDF5.H5Pget_nfilters(creation)
        finally:
            HDF5.H5Pclose(creation)
            HDF5.H5Dclose(dataset)


def _values(space, kind, read):
    space, kind = ID(space), ID(kind)
    rank = HDF5.H5Sget_simple_extent_ndims(space)
    sizes = (ctypes.c_uint64 * max(rank, 1))()
    HDF5.H5Sget_simple_extent_dims(space, sizes, None)
    shape = [int(size) for size in sizes[:rank]]
    count, width = int(numpy.prod(shape, dtype=int)), HDF5.H5Tget_size(kind)
    family = HDF5.H5Tget_class(kind)
    buffer = ctypes.create_string_buffer(max(count * width, 1))
    done = read(kind, buffer)
    HDF5.H5Sclose(space)
    HDF5.H5Tclose(kind)
    if done < 0:
        raise OSError("HDF5 cannot read the values")
    if family == STRING:
        return [buffer.raw[k * width:(k + 1) * width].rstrip(b"\0").decode() for k in range(count)]
    dtype = numpy.dtype(f"<{'f' if family == FLOAT else 'i'}{width}")
    values = numpy.frombuffer(buffer.raw, dtype, count)
    return values.reshape(shape) if rank else values
