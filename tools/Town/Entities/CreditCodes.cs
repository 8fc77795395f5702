using DataHub.Kernel.Identifiers;
using DataHub.Town.People;

namespace DataHub.Town.Entities;

/// <summary>Gives out unified social credit codes in a range that no office uses, none of them twice.</summary>
internal sealed class CreditCodes
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private const int Codes = 31 * 31 * 31 * 31;

    // Prime to the number of codes: every one comes up once, and neighbours do not look alike.
    private const int Step = 48_611;

    private int issued;

    /// <exception cref="InvalidOperationException">All codes are given out.</exception>
    public string Issue(EntityKind kind)
    {
        if (issued == Codes)
        {
            throw new InvalidOperationException("More entities were asked for than the invented range has codes.");
        }

        var first8 = kind.OrgCodePrefix + Letters((int)((long)++issued * Step % Codes));
        var first17 = kind.UsccPrefix + Registrar.Division + first8 + OrgCode.CheckCharacter(first8);
        return first17 + Uscc.CheckCharacter(first17);
    }

    private static string Letters(int number) => string.Create(4, number, static (letters, rest) =>
    {
        for (var i = letters.Length - 1; i >= 0; i--, rest /= Alphabet.Length)
        {
            letters[i] = Alphabet[rest % Alphabet.Length];
        }
    });
}
