using Bogus;

namespace DataHub.Town.People;

/// <summary>What a family passes on: its surname and ethnic group. Which kind a family is follows from its number, so that every kind occurs in small towns too.</summary>
internal sealed class Lineage
{
    private const string Han = "01";
    private const string Uyghur = "05";

    private static readonly string[] Minorities = ["22", "22", "11", "15", "03", "08", "06"];

    private readonly NameBook names;
    private readonly bool middleDot;
    private readonly bool rare;
    private readonly string surname;

    public Lineage(int number, NameBook names, Randomizer random)
    {
        this.names = names;
        middleDot = number % 60 == 7;
        rare = number % 90 == 11;
        surname = number % 40 == 9 ? names.CompoundSurname() : names.Surname();
        EthnicGroup = middleDot ? Uyghur : random.Int(1, 25) == 1 ? random.ArrayElement(Minorities) : Han;
    }

    public string EthnicGroup { get; }

    /// <summary>Name of somebody born into the family.</summary>
    public string Name(bool male, int birthYear) =>
        middleDot ? names.WithMiddleDot(male) : surname + (rare ? names.RareGiven() : names.Given(male, birthYear));

    /// <summary>Name of somebody who married into it: another surname.</summary>
    public string SpouseName(bool male, int birthYear) =>
        middleDot ? names.WithMiddleDot(male) : names.Surname() + names.Given(male, birthYear);
}
