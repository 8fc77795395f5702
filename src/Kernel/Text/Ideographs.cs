using System.Text;

namespace DataHub.Kernel.Text;

/// <summary>Han ideographs, the extensions of GB 18030-2022 included.</summary>
internal static class Ideographs
{
    /// <summary>True for the unified and compatibility ideographs, 〇, and the planes 2 and 3, which hold nothing else.</summary>
    public static bool Contains(Rune rune) => rune.Value is
        0x3007 or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFD);
}
