using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DataHub.Ledger.Export;

/// <summary>Files of records: a big-endian 32-bit length and as many bytes, one behind the other.</summary>
internal static class RecordFile
{
    private const int MaxRecordBytes = 256 * 1024 * 1024;
    private const int BufferBytes = 256 * 1024;

    /// <summary>Reads the records of a file; where each begins, and its bytes. The digest is compared behind the last.</summary>
    /// <exception cref="Kernel.Faults.FaultException">Missing: <c>EXPORT_MISSING</c>; cut off, too long, or other bytes than were written: <c>EXPORT_DAMAGED</c>.</exception>
    public static IEnumerable<(long Offset, ReadOnlyMemory<byte> Record)> Read(string folder, ExportFile file)
    {
        var path = Path.Combine(folder, file.Name);
        if (!File.Exists(path))
        {
            throw ExportFaults.Missing(path);
        }

        using var hash = SHA256.Create();
        using var content = new CryptoStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1), hash, CryptoStreamMode.Read);
        using var input = new BufferedStream(content, BufferBytes);
        var header = new byte[sizeof(int)];
        var offset = 0L;
        while (input.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) is var got && got > 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(header);
            if (got < header.Length || length < 0 || length > MaxRecordBytes || length > file.Bytes - offset - header.Length)
            {
                throw ExportFaults.Damaged(file.Name, offset, "no record can begin so.");
            }

            var record = new byte[length];
            if (input.ReadAtLeast(record, length, throwOnEndOfStream: false) < length)
            {
                throw ExportFaults.Damaged(file.Name, offset, "the file ends inside a record.");
            }

            yield return (offset, record);
            offset += header.Length + length;
        }

        if (offset != file.Bytes)
        {
            throw ExportFaults.Damaged(file.Name, offset, $"the file ends, but {file.Bytes} bytes were written.");
        }

        if (Convert.ToHexStringLower(hash.Hash!) != file.Digest)
        {
            throw ExportFaults.Damaged(file.Name, 0, "its SHA-256 is not the one of what was written.");
        }
    }

    /// <summary>Writes one file.</summary>
    public sealed class Writer : IDisposable
    {
        private readonly string _name;
        private readonly SHA256 _hash = SHA256.Create();
        private readonly FileStream _file;
        private readonly CryptoStream _content;
        private readonly BufferedStream _output;
        private readonly byte[] _header = new byte[sizeof(int)];
        private long _bytes;

        public Writer(string folder, string name)
        {
            _name = name;
            _file = new FileStream(Path.Combine(folder, name), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            _content = new CryptoStream(_file, _hash, CryptoStreamMode.Write, leaveOpen: true);
            _output = new BufferedStream(_content, BufferBytes);
        }

        /// <summary>Records written.</summary>
        public int Count { get; private set; }

        public void Write(ReadOnlySpan<byte> record)
        {
            BinaryPrimitives.WriteInt32BigEndian(_header, record.Length);
            _output.Write(_header);
            _output.Write(record);
            _bytes += _header.Length + record.Length;
            Count++;
        }

        /// <summary>Nothing more comes: the file is on the disk.</summary>
        public ExportFile Finish()
        {
            _output.Flush();
            _content.FlushFinalBlock();
            _file.Flush(flushToDisk: true);
            return new ExportFile(_name, _bytes, Convert.ToHexStringLower(_hash.Hash!));
        }

        public void Dispose()
        {
            _file.Dispose();
            _hash.Dispose();
        }
    }
}
