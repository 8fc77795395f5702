using System.Text;

namespace DataHub.FrontEnd.Csv;

/// <summary>The encoding a whole file decodes in.</summary>
/// <param name="Name">UTF-8, GB18030, UTF-16LE or UTF-16BE.</param>
/// <param name="Encoding">Strict: throws <see cref="DecoderFallbackException"/> for what it cannot decode.</param>
/// <param name="IsAmbiguous">
/// The file decodes as UTF-8 and as GB18030 and has fewer than 4 characters beyond ASCII, too few to tell by. It is read as UTF-8;
/// whoever knows better declares the encoding.
/// </param>
public sealed record DetectedEncoding(string Name, Encoding Encoding, bool IsAmbiguous);

/// <summary>The first sequence of bytes that an encoding does not know.</summary>
/// <param name="Offset">Where the sequence begins, in bytes from 0.</param>
/// <param name="Line">The line it is in, from 1; CR, LF and CR LF each end one.</param>
internal sealed record BadByte(long Offset, long Line);
